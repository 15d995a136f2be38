/** A protocol for clients that are other people's editors: the file that is open in them. */
export const GREETER = `syntax = "proto3";
package demo;
message Request {
  string name = 1;
  int32 age = 2;
}
service Greeter {
  rpc Greet(Request) returns (Request);
}
`;
