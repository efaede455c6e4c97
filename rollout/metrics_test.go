package rollout

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

func TestMetrics(t *testing.T) {
	t.Parallel()
	c := newFakeCluster(t, configMap(example), coredns(), nodeLocalDNS())
	c.refuse = apierrors.NewTimeoutError("etcd is away", 1)
	if _, err := c.reconcile(); err == nil {
		t.Fatal("no error from a refused patch")
	}
	// Half a second passes from seeing the content to the patch that works. A comment
	// that is added meanwhile makes no new content.
	c.refuse = nil
	c.clock = c.clock.Add(500 * time.Millisecond)
	c.write(commented)
	c.run(20 * time.Second)
	c.wantMetric("corewarden_rollout_pending_seconds", `
		# HELP corewarden_rollout_pending_seconds Seconds since content was first seen that is not rolled out on a workload yet; 0 if there is none.
		# TYPE corewarden_rollout_pending_seconds gauge
		corewarden_rollout_pending_seconds{workload="coredns"} 20.5
		corewarden_rollout_pending_seconds{workload="node-local-dns"} 20.5
	`)
	c.finish()
	c.wantMetric("corewarden_rollout_pending_seconds", `
		# HELP corewarden_rollout_pending_seconds Seconds since content was first seen that is not rolled out on a workload yet; 0 if there is none.
		# TYPE corewarden_rollout_pending_seconds gauge
		corewarden_rollout_pending_seconds{workload="coredns"} 0
		corewarden_rollout_pending_seconds{workload="node-local-dns"} 0
	`)
	c.wantMetric("corewarden_stamps_total", `
		# HELP corewarden_stamps_total Stamps set on a workload's pod template, each of which rolls the workload out.
		# TYPE corewarden_stamps_total counter
		corewarden_stamps_total{workload="coredns"} 1
		corewarden_stamps_total{workload="node-local-dns"} 1
	`)
	c.wantMetric("corewarden_rollouts_total", `
		# HELP corewarden_rollouts_total Rollouts by how they ended: complete, failed (pods restarted, or no progress), braked (stopped because pods restarted) or superseded.
		# TYPE corewarden_rollouts_total counter
		corewarden_rollouts_total{result="braked",workload="coredns"} 0
		corewarden_rollouts_total{result="braked",workload="node-local-dns"} 0
		corewarden_rollouts_total{result="complete",workload="coredns"} 1
		corewarden_rollouts_total{result="complete",workload="node-local-dns"} 1
		corewarden_rollouts_total{result="failed",workload="coredns"} 0
		corewarden_rollouts_total{result="failed",workload="node-local-dns"} 0
		corewarden_rollouts_total{result="superseded",workload="coredns"} 0
		corewarden_rollouts_total{result="superseded",workload="node-local-dns"} 0
	`)
	c.wantMetric("corewarden_change_to_stamp_seconds", `
		# HELP corewarden_change_to_stamp_seconds Seconds from first seeing new content, or a new workload, until CoreDNS, which goes first, was stamped.
		# TYPE corewarden_change_to_stamp_seconds histogram
		corewarden_change_to_stamp_seconds_bucket{workload="coredns",le="0.005"} 0
		corewarden_change_to_stamp_seconds_bucket{workload="coredns",le="0.01"} 0
		corewarden_change_to_stamp_seconds_bucket{workload="coredns",le="0.02"} 0
		corewarden_change_to_stamp_seconds_bucket{workload="coredns",le="0.05"} 0
		corewarden_change_to_stamp_seconds_bucket{workload="coredns",le="0.1"} 0
		corewarden_change_to_stamp_seconds_bucket{workload="coredns",le="0.2"} 0
		corewarden_change_to_stamp_seconds_bucket{workload="coredns",le="0.5"} 1
		corewarden_change_to_stamp_seconds_bucket{workload="coredns",le="1"} 1
		corewarden_change_to_stamp_seconds_bucket{workload="coredns",le="2"} 1
		corewarden_change_to_stamp_seconds_bucket{workload="coredns",le="5"} 1
		corewarden_change_to_stamp_seconds_bucket{workload="coredns",le="10"} 1
		corewarden_change_to_stamp_seconds_bucket{workload="coredns",le="+Inf"} 1
		corewarden_change_to_stamp_seconds_sum{workload="coredns"} 0.5
		corewarden_change_to_stamp_seconds_count{workload="coredns"} 1
	`)
	c.wantMetric("corewarden_stamp_info", `
		# HELP corewarden_stamp_info The stamp that a workload has, as a label.
		# TYPE corewarden_stamp_info gauge
		corewarden_stamp_info{hash="`+hashOf(example)+`",workload="coredns"} 1
		corewarden_stamp_info{hash="`+hashOf(example)+`",workload="node-local-dns"} 1
	`)
	if problems, err := testutil.GatherAndLint(c.registry); err != nil || len(problems) > 0 {
		t.Errorf("metrics break the naming rules: %v, %v", problems, err)
	}
}

func (c *fakeCluster) wantMetric(name, want string) {
	c.t.Helper()
	if err := testutil.GatherAndCompare(c.registry, strings.NewReader(want), name); err != nil {
		c.t.Error(err)
	}
}
