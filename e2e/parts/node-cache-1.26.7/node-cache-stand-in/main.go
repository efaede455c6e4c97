// Command node-cache-stand-in stands in for node-cache 1.26.7 on a real node. The
// module of the real one (k8s.io/dns) cannot be had from the module proxy, so this
// does what that one does around the same CoreDNS with the same plugins, for tests
// that need a node-local-dns:
//
//   - It renders the Corefile from a base, and again within seconds when the base or
//     the mounted ConfigMap kube-dns has changed. The address of the Service behind
//     it comes from the environment, so it is that of the pod's start.
//   - It adds an interface that holds the addresses of -localip: a dummy, or a bridge
//     where the kernel has no dummy interfaces.
//   - It writes the rules of iptables that keep connection tracking away from these
//     addresses, -syncinterval after its start, or as soon as CoreDNS runs where
//     -pidfile is given.
//   - It takes interface and rules down on SIGTERM.
//
// Flags have the names, defaults and meaning of the real ones. Those that it does not
// have are errors: -setupebtables, and what only other releases have.
package main

import (
	"context"
	"os"
	"time"

	"github.com/coredns/caddy"
	"github.com/coredns/coredns/coremain"
	clog "github.com/coredns/coredns/plugin/pkg/log"

	_ "corewarden/e2e/parts/node-cache-1.26.7/plugins"
)

const (
	// lookInterval is how often the real one looks whether its inputs have changed.
	lookInterval = 10 * time.Second
	// pidfileWait is how long it waits for CoreDNS before it leaves the rules to
	// -syncinterval.
	pidfileWait = 5 * time.Second
)

func main() {
	o, err := parseFlags()
	if err != nil {
		clog.Fatal(err)
	}
	if o.onlyPrints() {
		coremain.Run()
		return
	}
	failures := serveMetrics(o.metrics)
	ctx, stop := context.WithCancel(context.Background())

	rendered := func(err error) {
		if err != nil {
			clog.Error(err)
			failures.WithLabelValues("configmap").Inc()
			return
		}
		clog.Infof("Updated the Corefile %s", o.renderer.Corefile)
	}
	rendered(o.renderer.Update())
	go o.renderer.Watch(ctx, lookInterval, rendered)

	o.network.Failed = func(what string) { failures.WithLabelValues(what).Inc() }
	o.network.AddInterface()
	go func() {
		if o.pidfile != "" && appears(o.pidfile, pidfileWait) {
			o.network.Add()
		}
		o.network.Keep(ctx, o.syncInterval)
	}()
	if !o.skipTeardown {
		caddy.OnProcessExit = append(caddy.OnProcessExit, func() {
			stop()
			clog.Info("Taking down the interface and the rules")
			o.network.Remove()
		})
	}
	coremain.Run()
}

// appears reports whether the file is there within the given time.
func appears(file string, within time.Duration) bool {
	for deadline := time.Now().Add(within); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if _, err := os.Stat(file); err == nil {
			return true
		}
	}
	return false
}
