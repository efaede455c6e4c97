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

	"corewarden/e2e/controlplane"
	"corewarden/e2e/corewarden"
	"corewarden/e2e/metakube"
	"corewarden/e2e/parts"
)

func main() {
	o, err := parse(os.Args[1:], os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		os.Exit(failed(err))
	case o.realNodes:
		onRealNodes(func() int { return show(o) })
	default:
		os.Exit(show(o))
	}
}

// options are what the command line says.
type options struct{ once, realNodes bool }

func parse(args []string, stderr io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("walk", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.BoolVar(&o.once, "once", false, "end after the walk")
	flags.BoolVar(&o.realNodes, "real-nodes", false, "run real nodes instead of kwok; docs/development.md says what that needs")
	return o, flags.Parse(args)
}

// show takes the walk and returns the exit code.
func show(o options) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, os.Stdout, os.Stderr); err != nil {
		return failed(err)
	}
	return 0
}

func failed(err error) int {
	fmt.Fprintln(os.Stderr, "walk:", err)
	return 1
}

func run(ctx context.Context, o options, stdout, stderr io.Writer) (err error) {
	began := time.Now()
	say := func(what string) { fmt.Fprintf(stdout, "%5.1fs  %s\n", time.Since(began).Seconds(), what) }
	if err := useEnvtest(ctx, say); err != nil {
		return interrupted(ctx, err)
	}
	start := startPretended
	if o.realNodes {
		start = startReal
	}
	cluster, err := start(ctx, say, stderr)
	if err != nil {
		return interrupted(ctx, err)
	}
	defer func() { err = errors.Join(err, cluster.Stop()) }()
	say("installing Corewarden from deploy/base, with the webhook on this machine")
	product, err := corewarden.Install(ctx, cluster)
	if err != nil {
		return interrupted(ctx, err)
	}
	defer func() { err = errors.Join(err, product.Stop()) }()
	say("ready; the walk begins")

	if err := takeWalk(ctx, cluster, product, stdout); err != nil {
		return interrupted(ctx, err)
	}
	say("every step did what it should")
	if o.once {
		return nil
	}
	enter := ""
	if o.realNodes {
		enter = enterNetwork
	}
	fmt.Fprintf(stdout, invitation, enter, cluster.Kubeconfig())
	<-ctx.Done()
	fmt.Fprintln(stdout, "\nending")
	return nil
}

// startPretended starts a control plane whose nodes kwok pretends, with MetaKube's DNS.
func startPretended(ctx context.Context, say func(string), stderr io.Writer) (*controlplane.Cluster, error) {
	say("starting etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok")
	cluster, err := controlplane.Start(ctx, controlplane.Options{Output: stderr})
	if err != nil {
		return nil, err
	}
	say("setting up kube-system as a MetaKube cluster has it: coredns, and node-local-dns on 3 nodes")
	if err := metakube.Install(ctx, cluster); err != nil {
		return nil, errors.Join(err, cluster.Stop())
	}
	return cluster, nil
}

// useEnvtest takes what setup-envtest has downloaded, if anything, so that less has to be
// built.
func useEnvtest(ctx context.Context, say func(string)) error {
	if os.Getenv("KUBEBUILDER_ASSETS") == "" {
		assets, err := parts.EnvtestAssets(ctx)
		if err != nil || assets == "" {
			return err
		}
		if err := os.Setenv("KUBEBUILDER_ASSETS", assets); err != nil {
			return err
		}
	}
	say("using the programs in " + os.Getenv("KUBEBUILDER_ASSETS"))
	return nil
}

// interrupted makes an end that the user asked for no error.
func interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// enterNetwork opens a shell where the API server of real nodes can be reached: they have a
// network of their own.
const enterNetwork = "  nsenter --net --target $(pgrep --newest --full real-nodes) bash\n"

const invitation = `
The cluster stays up until Ctrl-C. In another terminal, try for instance

%s  export KUBECONFIG=%s
  kubectl edit --namespace kube-system configmap dns-extra-configs
  kubectl apply --filename e2e/walk/examples/typo.yaml
  kubectl describe --namespace kube-system configmap dns-extra-configs
  kubectl rollout history --namespace kube-system deployment/coredns
`
