package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strconv"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client/config"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"corewarden/buildinfo"
	"corewarden/certs"
	"corewarden/cluster"
	"corewarden/rollout"
	"corewarden/webhook"
	"corewarden/webhook/serving"
)

// A leader that died is replaced within the lease's duration.
const (
	leaseDuration = 10 * time.Second
	renewDeadline = 7 * time.Second
	retryPeriod   = 2 * time.Second
)

// stopTime is enough for the longest admission, and for handing the lease over. With the
// preStop sleep and -shutdown-delay before it, it has to fit into the time that deploy/base
// gives a pod to end.
const stopTime = 15 * time.Second

// run serves until ctx ends. It logs to stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) > 0 && args[0] == "certs" {
		return runCerts(ctx, args[1:], stderr)
	}
	o, err := parseOptions(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	if o.version {
		_, err := fmt.Fprintln(stdout, "webhook", buildinfo.Read())
		return err
	}
	logger := zap.New(zap.WriteTo(stderr), zap.JSONEncoder())
	ctrl.SetLogger(logger)
	klog.SetLogger(logger)
	// net/http writes to the log package, which follows slog's default.
	slog.SetDefault(slog.New(logr.ToSlogHandler(logger)))
	limitMemory(logger)
	for _, server := range o.servers {
		if note := server.Release.Note; note != "" {
			logger.Info(note, "workload", server.Workload)
		}
	}

	certificate, err := certs.Load(o.certDir, time.Now)
	if err != nil {
		return err
	}
	if err := errors.Join(metrics.Registry.Register(certificate.Expiry()), metrics.Registry.Register(buildMetric(buildinfo.Read())), metrics.Registry.Register(o.modes.metric())); err != nil {
		return err
	}
	server, err := serving.New(serving.Options{
		Address:        net.JoinHostPort(o.webhookHost, strconv.Itoa(o.webhookPort)),
		GetCertificate: certificate.GetCertificate,
		Logger:         logger,
		Registerer:     metrics.Registry,
	})
	if err != nil {
		return err
	}
	mgr, err := newManager(o, server, logger)
	if err != nil {
		return err
	}
	if err := addParts(mgr, o, certificate); err != nil {
		return err
	}
	return drainThenStop(ctx, mgr, server, o.shutdownDelay)
}

// drainThenStop runs the manager until ctx ends and the server has drained for the given
// time. Until then all goes on, so that a verdict is about the cluster as it is, and the
// leader leads until it hands the lease over. Where the manager ends by itself, because the
// lease was lost, the server drains as well.
func drainThenStop(ctx context.Context, mgr manager.Manager, server *serving.Server, drain time.Duration) error {
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	context.AfterFunc(ctx, func() {
		server.Drain(drain)
		stop()
	})
	defer server.Wait()
	return mgr.Start(running)
}

func newManager(o options, server *serving.Server, logger logr.Logger) (manager.Manager, error) {
	api, err := config.GetConfig()
	if err != nil {
		return nil, fmt.Errorf("no way to reach the API server: %w", err)
	}
	lease, renew, retry, stop := leaseDuration, renewDeadline, retryPeriod, stopTime
	return ctrl.NewManager(api, manager.Options{
		Scheme:                        scheme.Scheme,
		Logger:                        logger,
		Cache:                         cache.Options{ReaderFailOnMissingInformer: true}, // the cluster.Watcher has caches of its own
		Metrics:                       metricsserver.Options{BindAddress: o.metricsAddress},
		HealthProbeBindAddress:        o.healthAddress,
		WebhookServer:                 server,
		GracefulShutdownTimeout:       &stop,
		LeaderElection:                true,
		LeaderElectionID:              "corewarden",
		LeaderElectionNamespace:       o.leaderElectNamespace,
		LeaderElectionReleaseOnCancel: true, // nothing runs after mgr.Start
		LeaseDuration:                 &lease,
		RenewDeadline:                 &renew,
		RetryPeriod:                   &retry,
	})
}

// addParts adds all that the process does to its manager.
func addParts(mgr manager.Manager, o options, certificate *certs.Serving) error {
	watcher, err := cluster.NewWatcher(mgr, o.servers, rollout.TrimFields)
	if err != nil {
		return err
	}
	if err := rollout.SetupWithManager(mgr, rollout.Options{Snapshot: watcher.Snapshot, OnChange: watcher.OnChange, Policy: o.policy, Observe: o.modes.ofRollout() == observe}); err != nil {
		return err
	}
	var copiesFor func(context.Context, *corev1.Pod) (map[string]string, error)
	if o.policy.Pinned {
		copiesFor = func(ctx context.Context, pod *corev1.Pod) (map[string]string, error) {
			return rollout.CopiesFor(ctx, mgr.GetAPIReader(), pod)
		}
	}
	err = webhook.Register(mgr.GetWebhookServer(), webhook.Options{
		CopiesFor:  copiesFor,
		Cluster:    watcher.Cluster,
		KeyPolicy:  o.keyPolicy,
		Explain:    o.explain,
		Observe:    o.modes.ofAdmission() == observe,
		Controller: o.serviceAccount.user(),
		Scheme:     mgr.GetScheme(),
	})
	if err != nil {
		return err
	}
	return errors.Join(
		mgr.Add(certificate),
		mgr.AddHealthzCheck("ping", healthz.Ping),
		addReadiness(mgr, "cluster", watcher.Ready),
		addReadiness(mgr, "certificate", certificate.Check),
		addReadiness(mgr, "webhooks", mgr.GetWebhookServer().StartedChecker()),
	)
}
