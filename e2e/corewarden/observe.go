package corewarden

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"corewarden/e2e/poll"
)

// Metrics returns all that the webhook exports, in Prometheus' text format.
func (p *Product) Metrics(ctx context.Context) (string, error) {
	var text strings.Builder
	err := p.get(ctx, p.metrics, "/metrics", &text)
	return text.String(), err
}

// Metric returns the sum of a counter or gauge, or the number of a histogram's samples,
// over all series that have the given labels, "name=value" each; 0 if there is none.
func (p *Product) Metric(ctx context.Context, name string, labels ...string) (float64, error) {
	text, err := p.Metrics(ctx)
	if err != nil {
		return 0, err
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		return 0, err
	}
	sum := 0.0
	for _, metric := range families[name].GetMetric() {
		has := " "
		for _, label := range metric.GetLabel() {
			has += label.GetName() + "=" + label.GetValue() + " "
		}
		matching := true
		for _, label := range labels {
			matching = matching && strings.Contains(has, " "+label+" ")
		}
		if matching {
			sum += metric.GetCounter().GetValue() + metric.GetGauge().GetValue()
			sum += float64(metric.GetHistogram().GetSampleCount())
		}
	}
	return sum, nil
}

// Ready returns what /readyz has against the webhook's taking requests.
func (p *Product) Ready(ctx context.Context) error {
	return p.get(ctx, p.health, "/readyz", io.Discard)
}

// Healthy returns what /healthz has against the webhook's living on.
func (p *Product) Healthy(ctx context.Context) error {
	return p.get(ctx, p.health, "/healthz", io.Discard)
}

func (p *Product) get(ctx context.Context, address, path string, into io.Writer) error {
	url := "http://" + address + path
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(into, response.Body); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", url, response.Status)
	}
	return nil
}

// Reconciled returns how often the rollout controller has looked at things and was done.
func (p *Product) Reconciled(ctx context.Context) (float64, error) {
	return p.Metric(ctx, "controller_runtime_reconcile_total", "controller=rollout", "result=success")
}

// AfterReconcile runs change, which has to change the ConfigMap, and waits until the
// rollout controller has looked at it.
func (p *Product) AfterReconcile(ctx context.Context, change func() error) error {
	before, err := p.Reconciled(ctx)
	if err != nil {
		return err
	}
	if err := change(); err != nil {
		return err
	}
	return await(ctx, "the rollout controller to look at the change", func() error {
		now, err := p.Reconciled(ctx)
		if err == nil && now <= before {
			err = errors.New("it has not yet")
		}
		return err
	})
}

// Stamp returns the stamp of a workload, such as "deployment/coredns", and how many pod
// templates it has had.
func (p *Product) Stamp(ctx context.Context, workload string) (stamp string, generation int, err error) {
	out, err := p.cluster.Kubectl(ctx, "get", "--namespace=kube-system", workload,
		`--output=jsonpath={.metadata.generation} {.spec.template.metadata.annotations.corewarden\.io/config-hash}`)
	if err != nil {
		return "", 0, err
	}
	number, stamp, _ := strings.Cut(strings.TrimSpace(out), " ")
	generation, err = strconv.Atoi(number)
	return stamp, generation, err
}

// pollTimeout is far more than anything waited for takes, even on a slow machine.
const pollTimeout = 2 * time.Minute

// await waits until look returns no error.
func await(ctx context.Context, what string, look func() error) error {
	ctx, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	return poll.Until(ctx, what, look)
}

// AwaitStamp waits until the stamp of a workload is another than before.
func (p *Product) AwaitStamp(ctx context.Context, workload, before string) error {
	return await(ctx, "a new stamp on "+workload, func() error {
		stamp, _, err := p.Stamp(ctx, workload)
		if err == nil && stamp == before {
			err = fmt.Errorf("it is still %q", stamp)
		}
		return err
	})
}
