"""Reads and writes messages with Python's protobuf, for the proof of the verdicts.

One request per line on stdin, one answer per line on stdout, both JSON:

  {"version": true}                                                         -> {"version": TEXT}
  {"load": {"old": DESCRIPTOR_SET, "new": DESCRIPTOR_SET}}                  -> {}
  {"write": SIDE, "type": NAME, "encoding": "binary"|"json", "items": […]}  -> {"items": [BYTES | null, …]}
  {"read": SIDE, "type": NAME, "encoding": "binary"|"json", "items": […]}   -> {"items": [MESSAGE | null, …]}
  {"mask": SIDE, "type": NAME, "items": [PATH, …]}                          -> {"items": [true | null, …]}

Bytes are hexadecimal. A message is an object of its set fields by number: integers, booleans and enums are decimal strings,
floating point is the hexadecimal IEEE 754 double, text and bytes are hexadecimal, lists are lists, and maps are lists of entries
(1 the key, 2 the value). Null says that this implementation rejects the message or path.
"""

import json
import struct
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, field_mask_pb2, json_format, message_factory
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.internal import api_implementation
from google.protobuf.message import DecodeError, EncodeError

FLOATS = (FieldDescriptor.CPPTYPE_FLOAT, FieldDescriptor.CPPTYPE_DOUBLE)


class Rejected(Exception):
    pass


class Side:
    """One side's messages, from a serialized FileDescriptorSet."""

    def __init__(self, descriptor_set):
        files = descriptor_pb2.FileDescriptorSet.FromString(bytes.fromhex(descriptor_set)).file
        self.pool = descriptor_pool.DescriptorPool()
        for file in files:
            self.pool.Add(file)
        self.factory = message_factory.MessageFactory(self.pool)
        # This also registers the extensions.
        self.factory.GetMessages([file.name for file in files])

    def message(self, name):
        return self.factory.GetPrototype(self.pool.FindMessageTypeByName(name))

    def write(self, name, encoding, item):
        message = self.message(name)()
        try:
            fill(self.pool, message, item)
        except ValueError as error:
            # Python rejects text that is not UTF-8 and, in proto2, numbers that an enum does not declare.
            raise Rejected(str(error)) from error
        if encoding == "json":
            return json_format.MessageToJson(message, descriptor_pool=self.pool).encode().hex()
        try:
            return message.SerializeToString().hex()
        except EncodeError as error:
            raise Rejected(str(error)) from error

    def read(self, name, encoding, item):
        message = self.message(name)()
        data = bytes.fromhex(item)
        try:
            if encoding == "json":
                json_format.Parse(data, message, descriptor_pool=self.pool)
            else:
                message.ParseFromString(data)
            return extract(message)
        # A number as the type of an Any ends in an AttributeError, and the key of another message's extension in a KeyError.
        except (DecodeError, json_format.ParseError, ValueError, AttributeError, KeyError) as error:
            raise Rejected(str(error)) from error

    def mask(self, name, path):
        message = self.message(name)
        mask = field_mask_pb2.FieldMask(paths=[path])
        is_valid = mask.IsValidForDescriptor(message.DESCRIPTOR)
        try:
            mask.MergeMessage(message(), message())
        except (KeyError, ValueError) as error:
            raise Rejected(str(error)) from error
        if not is_valid:
            raise Rejected(path)
        return True


def is_map(field):
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def fill(pool, message, item):
    extensions = {field.number: field for field in pool.FindAllExtensions(message.DESCRIPTOR)}
    for key, held in item.items():
        number = int(key)
        field = message.DESCRIPTOR.fields_by_number.get(number) or extensions[number]
        if is_map(field):
            entries = getattr(message, field.name)
            for entry in held:
                put_entry(pool, entries, field, entry)
            continue
        target, attribute = (message.Extensions, field) if field.is_extension else (message, field.name)
        if field.label == FieldDescriptor.LABEL_REPEATED:
            values = target[field] if field.is_extension else getattr(message, attribute)
            for one in held:
                if field.message_type:
                    fill(pool, values.add(), one)
                else:
                    values.append(scalar(field, one))
        elif field.message_type:
            inner = target[field] if field.is_extension else getattr(message, attribute)
            inner.SetInParent()
            fill(pool, inner, held)
        elif field.is_extension:
            target[field] = scalar(field, held)
        else:
            setattr(message, attribute, scalar(field, held))


def put_entry(pool, entries, field, entry):
    key_field, value_field = (field.message_type.fields_by_number[number] for number in (1, 2))
    key = scalar(key_field, entry["1"])
    if value_field.message_type:
        fill(pool, entries.get_or_create(key), entry["2"])
    else:
        entries[key] = scalar(value_field, entry["2"])


def scalar(field, text):
    if field.cpp_type in FLOATS:
        return struct.unpack(">d", bytes.fromhex(text))[0]
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return text != "0"
    if field.type == FieldDescriptor.TYPE_BYTES:
        return bytes.fromhex(text)
    if field.type == FieldDescriptor.TYPE_STRING:
        return bytes.fromhex(text).decode()
    return int(text)


def extract(message):
    item = {}
    for field, held in message.ListFields():
        if is_map(field):
            key_field, value_field = (field.message_type.fields_by_number[number] for number in (1, 2))
            item[field.number] = [
                {1: plain(key_field, key), 2: plain(value_field, value)} for key, value in held.items()
            ]
        elif field.label == FieldDescriptor.LABEL_REPEATED:
            item[field.number] = [plain(field, one) for one in held]
        else:
            item[field.number] = plain(field, held)
    return item


def plain(field, value):
    if field.message_type:
        return extract(value)
    if field.cpp_type in FLOATS:
        return struct.pack(">d", value).hex()
    if field.type == FieldDescriptor.TYPE_BYTES:
        return value.hex()
    if field.type == FieldDescriptor.TYPE_STRING:
        return (value if isinstance(value, bytes) else value.encode()).hex()
    return str(int(value))


def tried(work, *arguments):
    try:
        return work(*arguments)
    except Rejected:
        return None


def main():
    sides = {}
    for line in sys.stdin:
        request = json.loads(line)
        answer = {}
        if "load" in request:
            sides = {side: Side(text) for side, text in request["load"].items()}
        elif "version" in request:
            from google.protobuf import __version__

            answer = {"version": f"{__version__} ({api_implementation.Type()})"}
        else:
            kind = next(kind for kind in ("write", "read", "mask") if kind in request)
            work = getattr(sides[request[kind]], kind)
            given = [request["type"], *([] if kind == "mask" else [request["encoding"]])]
            answer = {"items": [tried(work, *given, item) for item in request["items"]]}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


main()
