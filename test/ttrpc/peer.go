// One side of a call, as a separate program. `PROGRAM serve SOCKET …` prints "ready", and then each request that it reads as a line of
// JSON, until its stdin ends. `PROGRAM call SOCKET …` prints the outcome of the call.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"time"
)

type outcome struct {
	Status   string   `json:"status"`
	Received []string `json:"received"`
}

func main() {
	role, socket, args := os.Args[1], os.Args[2], os.Args[3:]
	if role == "call" {
		connection, err := net.Dial("unix", socket)
		check(err)
		result := outcome{Received: []string{}}
		result.Status = call(connection, &result.Received, args)
		print(result)
		return
	}
	listener, err := net.Listen("unix", socket)
	check(err)
	serve(listener, args)
	print("ready")
	_, err = io.Copy(io.Discard, os.Stdin)
	check(err)
	// If the client cancels a call, the server finishes handling it within this time.
	time.Sleep(100 * time.Millisecond)
}

func took(request string) {
	print([]string{request})
}

func print(value interface{}) {
	line, err := json.Marshal(value)
	check(err)
	fmt.Println(string(line))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
