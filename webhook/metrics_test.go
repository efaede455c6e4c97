package webhook_test

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"corewarden/webhook"
)

func TestAdmissionsAreCounted(t *testing.T) {
	t.Parallel()
	s := serve(t)
	type data = map[string]string
	for _, r := range []request{
		{object: configMap(t, data{"Corefile": good})},
		{object: configMap(t, data{"Corefile": bad})},
		{object: configMap(t, data{"Corefile": "*.a.org {\n}\n"})},
		{object: configMap(t, data{"Corefile": good}), namespace: "default"},
	} {
		s.ask(t, webhook.ContentPath, r)
	}
	s.ask(t, webhook.KeysPath, request{object: configMap(t, data{"x": good})})
	s.ask(t, webhook.KeysPath, request{object: configMap(t, data{"Corefile": good})})
	s.ask(t, webhook.KeysPath, request{object: object(t, map[string]any{"metadata": map[string]any{"name": "dns-extra-configs", "namespace": "kube-system", "annotations": data{"corewarden.io/renamed-keys": "x"}}})})
	const stamped = `{"spec":{"template":{"metadata":{"annotations":{"corewarden.io/config-hash":"v1:1"}}}}}`
	s.ask(t, webhook.StampingPath, request{old: stamped, object: `{"spec":{}}`})
	s.ask(t, webhook.StampingPath, request{old: stamped, object: stamped})
	const want = `
		# HELP corewarden_admissions_total Admissions by webhook (keys, content or stamp), verdict (allowed, warned, changed or denied; would-change and would-deny where it observes) and the rule behind the first problem, which is empty where there is none.
		# TYPE corewarden_admissions_total counter
		corewarden_admissions_total{rule="",verdict="allowed",webhook="content"} 2
		corewarden_admissions_total{rule="unknown-plugin",verdict="denied",webhook="content"} 1
		corewarden_admissions_total{rule="suspicious-zone",verdict="warned",webhook="content"} 1
		corewarden_admissions_total{rule="",verdict="allowed",webhook="keys"} 1
		corewarden_admissions_total{rule="key-name",verdict="changed",webhook="keys"} 1
		corewarden_admissions_total{rule="renamed-keys",verdict="changed",webhook="keys"} 1
		corewarden_admissions_total{rule="",verdict="allowed",webhook="stamp"} 1
		corewarden_admissions_total{rule="stamp-kept",verdict="changed",webhook="stamp"} 1
	`
	if err := testutil.GatherAndCompare(s.metrics, strings.NewReader(want)); err != nil {
		t.Error(err)
	}
}

func TestRegisterTellsThatItsMetricsAreTaken(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewRegistry()
	taken := prometheus.NewCounter(prometheus.CounterOpts{Name: "corewarden_admissions_total", Help: "Another."})
	registry.MustRegister(taken)
	if err := webhook.Register(nil, webhook.Options{Registerer: registry}); err == nil {
		t.Error("no error, though the name of its metric is taken")
	}
}
