// Command walk shows what Corewarden does, on a real control plane on this machine: it
// starts one, sets up DNS as a MetaKube cluster has it, installs Corewarden and then uses
// it with the real kubectl. Afterwards the cluster stays up until Ctrl-C.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"corewarden/e2e"
	"corewarden/e2e/controlplane"
	"corewarden/e2e/metakube"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "walk:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	flags := flag.NewFlagSet("walk", flag.ContinueOnError)
	flags.SetOutput(stderr)
	once := flags.Bool("once", false, "end after the walk")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}

	began := time.Now()
	say := func(what string) { fmt.Fprintf(stdout, "%5.1fs  %s\n", time.Since(began).Seconds(), what) }
	say("starting etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok")
	cluster, err := controlplane.Start(ctx, controlplane.Options{Output: stderr})
	if err != nil {
		return interrupted(ctx, err)
	}
	defer func() { err = errors.Join(err, cluster.Stop()) }()
	say("setting up kube-system as a MetaKube cluster has it: coredns, and node-local-dns on 3 nodes")
	if err := metakube.Install(ctx, cluster); err != nil {
		return interrupted(ctx, err)
	}
	say("installing Corewarden from deploy/base, with the webhook on this machine")
	product, err := e2e.Install(ctx, cluster)
	if err != nil {
		return interrupted(ctx, err)
	}
	defer func() { err = errors.Join(err, product.Stop()) }()
	say("ready; the walk begins")

	if err := takeWalk(ctx, cluster, product, stdout); err != nil {
		return interrupted(ctx, err)
	}
	say("every step did what it should")
	if *once {
		return nil
	}
	fmt.Fprintf(stdout, invitation, cluster.Kubeconfig())
	<-ctx.Done()
	fmt.Fprintln(stdout, "\nending")
	return nil
}

// interrupted makes an end that the user asked for no error.
func interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

const invitation = `
The cluster stays up until Ctrl-C. In another terminal, try for instance

  export KUBECONFIG=%s
  kubectl edit --namespace kube-system configmap dns-extra-configs
  kubectl apply --filename e2e/walk/examples/typo.yaml
  kubectl describe --namespace kube-system configmap dns-extra-configs
  kubectl rollout history --namespace kube-system deployment/coredns
`
