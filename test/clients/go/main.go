// A worker, or the client that runs all programs: the role is the only argument.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/dapr/durabletask-go/workflow"
)

const deadline = 90 * time.Second

// work says `ready` when it can be given work, and ends when whoever started it is gone.
func work(c *workflow.Client) error {
	registry, err := register()
	if err != nil {
		return err
	}
	if err := c.StartWorker(context.Background(), registry); err != nil {
		return err
	}
	fmt.Println("ready")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

type outcome struct {
	Program string `json:"program"`
	OK      bool   `json:"ok"`
	Detail  string `json:"detail"`
}

func runAll(c *workflow.Client) error {
	for _, each := range programs {
		ctx, cancel := context.WithTimeout(context.Background(), deadline)
		err := each.run(client{ctx, c})
		cancel()
		result := outcome{Program: each.name, OK: err == nil}
		if err != nil {
			result.Detail = err.Error()
		}
		line, err := json.Marshal(result)
		if err != nil {
			return err
		}
		fmt.Println(string(line))
	}
	return nil
}

func main() {
	address := "127.0.0.1:" + os.Getenv("DAPR_GRPC_PORT")
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		log.Fatal(err)
	}
	roles := map[string]func(*workflow.Client) error{"worker": work, "client": runAll}
	if err := roles[os.Args[1]](workflow.NewClient(connection)); err != nil {
		log.Fatal(err)
	}
}
