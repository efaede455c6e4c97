package main

import (
	"net"
	"net/http"

	clog "github.com/coredns/coredns/plugin/pkg/log"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// serveMetrics serves node-cache's own metrics, beside those of the plugin prometheus,
// and returns the one that counts failures. As the real one does, it goes on without
// where the address is in use.
func serveMetrics(address string) *prometheus.CounterVec {
	failures := prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: "coredns",
		Subsystem: "nodecache",
		Name:      "setup_errors_total",
		Help:      "How often the setup of the interface, the rules or the Corefile has failed.",
	}, []string{"errortype"})
	listener, err := net.Listen("tcp", address)
	if err != nil {
		clog.Errorf("Cannot serve node-cache's own metrics: %v", err)
		return failures
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(failures)
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	go func() { clog.Error(http.Serve(listener, mux)) }()
	return failures
}
