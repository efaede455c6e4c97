// The definitions of PodMonitor and PrometheusRule, against which deploy/prometheus is tested.
module corewarden/e2e/parts/prometheus-operator

go 1.26.0

require github.com/prometheus-operator/prometheus-operator v0.85.0
