// ttrpc with streams: `serve SHAPE COUNT`, and `call SHAPE COUNT SERVICE METHOD`. SHAPE says what is streamed: "unary", "requests",
// "responses" or "both". COUNT is the number of messages that a streaming side sends.
package main

import (
	"context"
	"errors"
	"io"
	"net"
	"strconv"
	"time"

	"github.com/containerd/ttrpc"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

func serve(listener net.Listener, args []string) {
	shape := args[0]
	count, err := strconv.Atoi(args[1])
	check(err)
	server, err := ttrpc.NewServer()
	check(err)
	server.RegisterService("grpc.Copy", describe(shape, count))
	go server.Serve(context.Background(), listener)
}

func describe(shape string, count int) *ttrpc.ServiceDesc {
	if shape == "unary" {
		return &ttrpc.ServiceDesc{Methods: map[string]ttrpc.Method{
			"Run": func(ctx context.Context, unmarshal func(interface{}) error) (interface{}, error) {
				request := &wrapperspb.StringValue{}
				err := unmarshal(request)
				took(request.Value)
				return wrapperspb.String("answer"), err
			},
		}}
	}
	readsMany, writesMany := shape != "responses", shape != "requests"
	return &ttrpc.ServiceDesc{Streams: map[string]ttrpc.Stream{"Run": {
		StreamingClient: readsMany,
		StreamingServer: writesMany,
		Handler: func(ctx context.Context, stream ttrpc.StreamServer) (interface{}, error) {
			for {
				request := &wrapperspb.StringValue{}
				if err := stream.RecvMsg(request); err == io.EOF {
					break
				} else if err != nil {
					return nil, err
				}
				took(request.Value)
				if !readsMany {
					break
				}
			}
			if !writesMany {
				return wrapperspb.String("answer"), nil
			}
			for i := 0; i < count; i++ {
				if err := stream.SendMsg(wrapperspb.String("answer")); err != nil {
					return nil, err
				}
			}
			return nil, nil
		},
	}}}
}

func call(connection net.Conn, received *[]string, args []string) string {
	count, err := strconv.Atoi(args[1])
	check(err)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	err = exchange(ctx, ttrpc.NewClient(connection), args[0], count, args[2], args[3], received)
	if errors.Is(err, context.DeadlineExceeded) {
		return "DeadlineExceeded"
	}
	if errors.Is(err, ttrpc.ErrClosed) || errors.Is(err, io.EOF) {
		return "Closed"
	}
	return status.Code(err).String()
}

func exchange(ctx context.Context, client *ttrpc.Client, shape string, count int, service, method string, received *[]string) error {
	if shape == "unary" {
		response := &wrapperspb.StringValue{}
		err := client.Call(ctx, service, method, wrapperspb.String("sent"), response)
		if err == nil {
			*received = append(*received, response.Value)
		}
		return err
	}
	writesMany, readsMany := shape != "responses", shape != "requests"
	var first interface{}
	if !writesMany {
		first = wrapperspb.String("sent")
	}
	stream, err := client.NewStream(ctx, &ttrpc.StreamDesc{StreamingClient: writesMany, StreamingServer: readsMany}, service, method, first)
	if err != nil {
		return err
	}
	if writesMany {
		for i := 0; i < count; i++ {
			if err := stream.SendMsg(wrapperspb.String("sent")); err != nil {
				return err
			}
		}
		if err := stream.CloseSend(); err != nil {
			return err
		}
	}
	for {
		response := &wrapperspb.StringValue{}
		if err := stream.RecvMsg(response); err == io.EOF && readsMany {
			return nil
		} else if err != nil {
			return err
		}
		*received = append(*received, response.Value)
		if !readsMany {
			return nil
		}
	}
}
