package main

import (
	"context"
	"errors"
	"io"

	"corewarden/e2e/controlplane"
	"corewarden/e2e/metakube"
	"corewarden/e2e/realnode"
)

// A runner is a function as package realnode wants it.
type runner func() int

// Run runs it.
func (r runner) Run() int { return r() }

// onRealNodes runs the walk in namespaces that can have nodes.
func onRealNodes(run func() int) { realnode.Main(runner(run)) }

// startReal starts a control plane and three nodes, with MetaKube's DNS in pods.
func startReal(ctx context.Context, say func(string), stderr io.Writer) (*controlplane.Cluster, error) {
	say("starting a control plane and 3 nodes, each with containerd, kubelet and kube-proxy")
	cluster, err := realnode.Start(ctx, realnode.Options{Nodes: metakube.Nodes, Output: stderr})
	if err != nil {
		return nil, err
	}
	say("setting up kube-system as a MetaKube cluster has it: coredns, and node-local-dns on 3 nodes")
	if err := metakube.InstallDNS(ctx, cluster.Cluster); err != nil {
		return nil, errors.Join(err, cluster.Stop())
	}
	return cluster.Cluster, nil
}
