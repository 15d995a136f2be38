// ttrpc without streams, which compiles with every version: `serve`, and `call SERVICE METHOD`.
package main

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/containerd/ttrpc"
	"github.com/gogo/protobuf/types"
	"google.golang.org/grpc/status"
)

func serve(listener net.Listener, _ []string) {
	server, err := ttrpc.NewServer()
	check(err)
	server.Register("grpc.Copy", map[string]ttrpc.Method{
		"Run": func(ctx context.Context, unmarshal func(interface{}) error) (interface{}, error) {
			request := &types.StringValue{}
			err := unmarshal(request)
			took(request.Value)
			return &types.StringValue{Value: "answer"}, err
		},
	})
	go server.Serve(context.Background(), listener)
}

func call(connection net.Conn, received *[]string, args []string) string {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	response := &types.StringValue{}
	err := ttrpc.NewClient(connection).Call(ctx, args[0], args[1], &types.StringValue{Value: "sent"}, response)
	if err == nil {
		*received = append(*received, response.Value)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "DeadlineExceeded"
	}
	return status.Code(err).String()
}
