package serving

import (
	"bytes"
	"errors"
	"log"
	"net"
	"net/http"
	"time"

	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/time/rate"
)

type metrics struct {
	connections prometheus.Gauge
	handshakes  prometheus.Counter
	requests    *prometheus.CounterVec
	durations   *prometheus.HistogramVec
}

func newMetrics(registerer prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		connections: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "corewarden_webhook_connections",
			Help: "Open connections to the webhook port. At 2048, new ones have to wait.",
		}),
		handshakes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "corewarden_webhook_handshake_errors_total",
			Help: "TLS handshakes that failed: the API server does not trust the certificate, or somebody else tried the port.",
		}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "corewarden_webhook_requests_total",
			Help: "Requests by webhook, which is its path, and HTTP status. A rejection is an answer with status 200, too.",
		}, []string{"webhook", "code"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "corewarden_webhook_request_duration_seconds",
			Help:    "How long requests took, by webhook, which is its path.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"webhook"}),
	}
	return m, errors.Join(registerer.Register(m.connections), registerer.Register(m.handshakes),
		registerer.Register(m.requests), registerer.Register(m.durations))
}

func (m *metrics) instrument(path string, h http.Handler) http.Handler {
	label := prometheus.Labels{"webhook": path}
	return promhttp.InstrumentHandlerDuration(m.durations.MustCurryWith(label),
		promhttp.InstrumentHandlerCounter(m.requests.MustCurryWith(label), h))
}

// count is for [http.Server.ConnState].
func (m *metrics) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		m.connections.Inc()
	case http.StateClosed, http.StateHijacked:
		m.connections.Dec()
	case http.StateActive, http.StateIdle:
	}
}

// An errorLog is what net/http tells its errors. Anybody who reaches the port can cause
// failed handshakes, so these are counted, and one a minute is logged.
type errorLog struct {
	logger    logr.Logger
	metrics   *metrics
	sometimes rate.Sometimes
}

func newErrorLog(logger logr.Logger, m *metrics) *log.Logger {
	return log.New(&errorLog{logger: logger, metrics: m, sometimes: rate.Sometimes{Interval: time.Minute}}, "", 0)
}

func (l *errorLog) Write(line []byte) (int, error) {
	text := string(bytes.TrimSpace(line))
	if bytes.HasPrefix(line, []byte("http: TLS handshake error")) {
		l.metrics.handshakes.Inc()
		l.sometimes.Do(func() { l.logger.Info("A TLS handshake failed", "reason", text) })
	} else {
		l.logger.Info(text)
	}
	return len(line), nil
}
