// gRPC in Go: `serve` reads one request, and `call COUNT` streams COUNT requests.
package main

import (
	"context"
	"net"
	"strconv"
	"time"

	"github.com/gogo/protobuf/types"
	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
)

func serve(listener net.Listener, _ []string) {
	server := grpc.NewServer()
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: "grpc.Copy",
		HandlerType: (*interface{})(nil),
		Methods: []grpc.MethodDesc{{
			MethodName: "Run",
			Handler: func(_ interface{}, _ context.Context, decode func(interface{}) error, _ grpc.UnaryServerInterceptor) (interface{}, error) {
				request := &types.StringValue{}
				if err := decode(request); err != nil {
					return nil, err
				}
				took(request.Value)
				return &types.StringValue{Value: "answer"}, nil
			},
		}},
	}, nil)
	go server.Serve(listener)
}

func call(connection net.Conn, received *[]string, args []string) string {
	count, err := strconv.Atoi(args[0])
	check(err)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	through := grpc.WithContextDialer(func(context.Context, string) (net.Conn, error) { return connection, nil })
	client, err := grpc.Dial("socket", grpc.WithInsecure(), through)
	check(err)
	return status.Code(exchange(ctx, client, count, received)).String()
}

func exchange(ctx context.Context, client *grpc.ClientConn, count int, received *[]string) error {
	stream, err := client.NewStream(ctx, &grpc.StreamDesc{ClientStreams: true}, "/grpc.Copy/Run")
	if err != nil {
		return err
	}
	for i := 0; i < count; i++ {
		// If a call ended early, RecvMsg returns its status.
		if err := stream.SendMsg(&types.StringValue{Value: "sent"}); err != nil {
			break
		}
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	response := &types.StringValue{}
	if err := stream.RecvMsg(response); err != nil {
		return err
	}
	*received = append(*received, response.Value)
	return nil
}
