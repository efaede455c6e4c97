//go:build !linux

package main

import (
	"context"
	"errors"
	"io"
	"os"

	"corewarden/e2e/controlplane"
)

func onRealNodes(run func() int) { os.Exit(run()) }

func startReal(context.Context, func(string), io.Writer) (*controlplane.Cluster, error) {
	return nil, errors.New("real nodes need Linux")
}
