package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client/config"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"corewarden/buildinfo"
	"corewarden/certs/authority"
)

// runCerts is `webhook certs`: it keeps the certificates until ctx ends. It logs to stderr.
func runCerts(ctx context.Context, args []string, stderr io.Writer) error {
	o, err := parseCertsOptions(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	logger := zap.New(zap.WriteTo(stderr), zap.JSONEncoder())
	ctrl.SetLogger(logger)
	klog.SetLogger(logger)
	limitMemory(logger)

	cluster, err := config.GetConfig()
	if err != nil {
		return fmt.Errorf("no way to reach the API server: %w", err)
	}
	// Enough to install at once; a limit all the same, for when somebody else writes caBundle
	// too and each undoes what the other did.
	cluster.QPS, cluster.Burst = 20, 40
	keeper, err := authority.New(cluster, o.names, o.policy)
	if err != nil {
		return err
	}
	for _, collector := range append(keeper.Collectors(), buildMetric(buildinfo.Read())) {
		if err := metrics.Registry.Register(collector); err != nil {
			return err
		}
	}
	// There is no leader election: see authority.Authority.
	mgr, err := ctrl.NewManager(cluster, manager.Options{
		Logger:                 logger,
		Metrics:                metricsserver.Options{BindAddress: o.metricsAddress},
		HealthProbeBindAddress: o.healthAddress,
	})
	if err != nil {
		return err
	}
	err = errors.Join(
		mgr.Add(keeper),
		mgr.AddHealthzCheck("ping", healthz.Ping),
		addReadiness(mgr, "certificates", keeper.Check),
	)
	if err != nil {
		return err
	}
	return mgr.Start(ctx)
}
