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
	c := newCluster(t, configMap(example), coredns())
	c.refuse = apierrors.NewTimeoutError("etcd is away", 1)
	if _, err := c.reconcile(); err == nil {
		t.Fatal("no error from a refused patch")
	}
	// Half a second passes from seeing the content to the patch that works. A comment
	// that is added meanwhile makes no new content.
	c.refuse = nil
	c.clock = c.clock.Add(500 * time.Millisecond)
	c.write(commented)
	c.settle()
	// The DaemonSet appears an hour later: that hour is not the controller's delay.
	c.clock = c.clock.Add(time.Hour)
	c.create(nodeLocalDNS())
	c.settle()

	const want = `
		# HELP corewarden_change_to_stamp_seconds Seconds from first seeing new content, or a new workload, until the workload was stamped.
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
		corewarden_change_to_stamp_seconds_bucket{workload="node-local-dns",le="0.005"} 1
		corewarden_change_to_stamp_seconds_bucket{workload="node-local-dns",le="0.01"} 1
		corewarden_change_to_stamp_seconds_bucket{workload="node-local-dns",le="0.02"} 1
		corewarden_change_to_stamp_seconds_bucket{workload="node-local-dns",le="0.05"} 1
		corewarden_change_to_stamp_seconds_bucket{workload="node-local-dns",le="0.1"} 1
		corewarden_change_to_stamp_seconds_bucket{workload="node-local-dns",le="0.2"} 1
		corewarden_change_to_stamp_seconds_bucket{workload="node-local-dns",le="0.5"} 1
		corewarden_change_to_stamp_seconds_bucket{workload="node-local-dns",le="1"} 1
		corewarden_change_to_stamp_seconds_bucket{workload="node-local-dns",le="2"} 1
		corewarden_change_to_stamp_seconds_bucket{workload="node-local-dns",le="5"} 1
		corewarden_change_to_stamp_seconds_bucket{workload="node-local-dns",le="10"} 1
		corewarden_change_to_stamp_seconds_bucket{workload="node-local-dns",le="+Inf"} 1
		corewarden_change_to_stamp_seconds_sum{workload="node-local-dns"} 0
		corewarden_change_to_stamp_seconds_count{workload="node-local-dns"} 1
		# HELP corewarden_invalid_content Whether the stored ConfigMap has content that is not rolled out because a DNS server would not start on it (1) or not (0).
		# TYPE corewarden_invalid_content gauge
		corewarden_invalid_content 0
		# HELP corewarden_stamps_reimposed_total Stamps that were set again because another writer had changed or removed them. They count as stamps too.
		# TYPE corewarden_stamps_reimposed_total counter
		corewarden_stamps_reimposed_total{workload="coredns"} 0
		corewarden_stamps_reimposed_total{workload="node-local-dns"} 0
		# HELP corewarden_stamps_total Stamps set on a workload's pod template, each of which rolls the workload out.
		# TYPE corewarden_stamps_total counter
		corewarden_stamps_total{workload="coredns"} 1
		corewarden_stamps_total{workload="node-local-dns"} 1
	`
	if err := testutil.GatherAndCompare(c.registry, strings.NewReader(want)); err != nil {
		t.Error(err)
	}
	if problems, err := testutil.GatherAndLint(c.registry); err != nil || len(problems) > 0 {
		t.Errorf("metrics break the naming rules: %v, %v", problems, err)
	}
}
