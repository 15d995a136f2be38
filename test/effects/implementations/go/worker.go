// Reads and writes messages with Go's protobuf, for the proof of the verdicts. ../python/worker.py describes the requests, the answers
// and the form of a message.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/runtime/protoimpl"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

type request struct {
	Load     map[string]string `json:"load"`
	Version  bool              `json:"version"`
	Write    string            `json:"write"`
	Read     string            `json:"read"`
	Mask     string            `json:"mask"`
	Type     string            `json:"type"`
	Encoding string            `json:"encoding"`
	Items    []json.RawMessage `json:"items"`
}

type answer struct {
	Version string `json:"version,omitempty"`
	Items   []any  `json:"items,omitempty"`
}

// side holds one side's messages, from a serialized FileDescriptorSet.
type side struct {
	files *protoregistry.Files
	types *protoregistry.Types
}

type item = map[string]any

func main() {
	sides := map[string]*side{}
	in := bufio.NewReader(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var asked request
		check(json.Unmarshal(line, &asked))
		check(out.Encode(answerTo(sides, asked)))
	}
}

func answerTo(sides map[string]*side, asked request) answer {
	if asked.Version {
		return answer{Version: fmt.Sprintf("1.%d", protoimpl.MaxVersion)}
	}
	if asked.Load != nil {
		for name, set := range asked.Load {
			sides[name] = load(set)
		}
		return answer{}
	}
	results := make([]any, len(asked.Items))
	for i, raw := range asked.Items {
		var result any
		var err error
		if asked.Write != "" {
			result, err = sides[asked.Write].write(asked.Type, asked.Encoding, raw)
		} else if asked.Mask != "" {
			result, err = sides[asked.Mask].mask(asked.Type, raw)
		} else {
			result, err = sides[asked.Read].read(asked.Type, asked.Encoding, raw)
		}
		if err == nil {
			results[i] = result
		}
	}
	return answer{Items: results}
}

func load(set string) *side {
	var files descriptorpb.FileDescriptorSet
	check(proto.Unmarshal(unhex(set), &files))
	made, err := protodesc.NewFiles(&files)
	check(err)
	types := new(protoregistry.Types)
	made.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		for i := 0; i < file.Extensions().Len(); i++ {
			check(types.RegisterExtension(dynamicpb.NewExtensionType(file.Extensions().Get(i))))
		}
		// For what is packed into an Any.
		for i := 0; i < file.Messages().Len(); i++ {
			check(types.RegisterMessage(dynamicpb.NewMessageType(file.Messages().Get(i))))
		}
		return true
	})
	return &side{made, types}
}

func (s *side) message(name string) *dynamicpb.Message {
	found, err := s.files.FindDescriptorByName(protoreflect.FullName(name))
	check(err)
	return dynamicpb.NewMessage(found.(protoreflect.MessageDescriptor))
}

func (s *side) write(name, encoding string, raw json.RawMessage) (any, error) {
	var given item
	check(json.Unmarshal(raw, &given))
	message := s.message(name)
	s.fill(message, given)
	var bytes []byte
	var err error
	if encoding == "json" {
		bytes, err = protojson.MarshalOptions{Resolver: s.types}.Marshal(message)
	} else {
		bytes, err = proto.MarshalOptions{Deterministic: true}.Marshal(message)
	}
	return hex.EncodeToString(bytes), err
}

func (s *side) mask(name string, raw json.RawMessage) (any, error) {
	var path string
	check(json.Unmarshal(raw, &path))
	_, err := fieldmaskpb.New(s.message(name), path)
	return true, err
}

func (s *side) read(name, encoding string, raw json.RawMessage) (any, error) {
	var given string
	check(json.Unmarshal(raw, &given))
	message := s.message(name)
	var err error
	if encoding == "json" {
		err = protojson.UnmarshalOptions{Resolver: s.types}.Unmarshal(unhex(given), message)
	} else {
		err = proto.UnmarshalOptions{Resolver: s.types}.Unmarshal(unhex(given), message)
	}
	return extract(message), err
}

func (s *side) fill(message protoreflect.Message, given item) {
	for key, held := range given {
		number, err := strconv.Atoi(key)
		check(err)
		field := s.field(message, protoreflect.FieldNumber(number))
		switch {
		case field.IsMap():
			entries := message.Mutable(field).Map()
			for _, each := range held.([]any) {
				entry := each.(item)
				value := entries.NewValue()
				s.set(&value, field.MapValue(), entry["2"])
				entries.Set(scalar(field.MapKey(), entry["1"].(string)).MapKey(), value)
			}
		case field.IsList():
			list := message.Mutable(field).List()
			for _, each := range held.([]any) {
				value := list.NewElement()
				s.set(&value, field, each)
				list.Append(value)
			}
		default:
			value := message.NewField(field)
			s.set(&value, field, held)
			message.Set(field, value)
		}
	}
}

func (s *side) field(message protoreflect.Message, number protoreflect.FieldNumber) protoreflect.FieldDescriptor {
	if field := message.Descriptor().Fields().ByNumber(number); field != nil {
		return field
	}
	found, err := s.types.FindExtensionByNumber(message.Descriptor().FullName(), number)
	check(err)
	return found.TypeDescriptor()
}

func (s *side) set(value *protoreflect.Value, field protoreflect.FieldDescriptor, held any) {
	if field.Message() != nil {
		s.fill(value.Message(), held.(item))
	} else {
		*value = scalar(field, held.(string))
	}
}

func scalar(field protoreflect.FieldDescriptor, text string) protoreflect.Value {
	switch field.Kind() {
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(text != "0")
	case protoreflect.EnumKind:
		return protoreflect.ValueOfEnum(protoreflect.EnumNumber(integer(text, 32)))
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return protoreflect.ValueOfInt32(int32(integer(text, 32)))
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		return protoreflect.ValueOfInt64(integer(text, 64))
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return protoreflect.ValueOfUint32(uint32(unsigned(text, 32)))
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return protoreflect.ValueOfUint64(unsigned(text, 64))
	case protoreflect.FloatKind:
		return protoreflect.ValueOfFloat32(float32(double(text)))
	case protoreflect.DoubleKind:
		return protoreflect.ValueOfFloat64(double(text))
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(string(unhex(text)))
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes(unhex(text))
	}
	panic(fmt.Sprintf("%v is not a scalar", field.Kind()))
}

func extract(message protoreflect.Message) item {
	made := item{}
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		key := strconv.Itoa(int(field.Number()))
		switch {
		case field.IsMap():
			entries := []any{}
			value.Map().Range(func(mapKey protoreflect.MapKey, each protoreflect.Value) bool {
				entries = append(entries, item{
					"1": plain(field.MapKey(), mapKey.Value()),
					"2": plain(field.MapValue(), each),
				})
				return true
			})
			made[key] = entries
		case field.IsList():
			list := []any{}
			for i := 0; i < value.List().Len(); i++ {
				list = append(list, plain(field, value.List().Get(i)))
			}
			made[key] = list
		default:
			made[key] = plain(field, value)
		}
		return true
	})
	return made
}

func plain(field protoreflect.FieldDescriptor, value protoreflect.Value) any {
	switch field.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return extract(value.Message())
	case protoreflect.BoolKind:
		if value.Bool() {
			return "1"
		}
		return "0"
	case protoreflect.EnumKind:
		return strconv.Itoa(int(value.Enum()))
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		var bytes [8]byte
		binary.BigEndian.PutUint64(bytes[:], math.Float64bits(value.Float()))
		return hex.EncodeToString(bytes[:])
	case protoreflect.StringKind:
		return hex.EncodeToString([]byte(value.String()))
	case protoreflect.BytesKind:
		return hex.EncodeToString(value.Bytes())
	}
	return fmt.Sprint(value.Interface())
}

func integer(text string, bits int) int64 {
	value, err := strconv.ParseInt(text, 10, bits)
	check(err)
	return value
}

func unsigned(text string, bits int) uint64 {
	value, err := strconv.ParseUint(text, 10, bits)
	check(err)
	return value
}

func double(text string) float64 {
	return math.Float64frombits(binary.BigEndian.Uint64(unhex(text)))
}

func unhex(text string) []byte {
	bytes, err := hex.DecodeString(text)
	check(err)
	return bytes
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
