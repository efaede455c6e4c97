package rollout

import (
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// What takes all pods down at once is told by the strategy and the number of pods.
func TestStrategiesThatTakeALayerDown(t *testing.T) {
	t.Parallel()
	rolling := func(replicas int32, maxUnavailable, maxSurge string) workload {
		d := &deployment{coredns()}
		d.Spec.Replicas = &replicas
		unavailable, surge := intstr.Parse(maxUnavailable), intstr.Parse(maxSurge)
		d.Spec.Strategy.RollingUpdate = &appsv1.RollingUpdateDeployment{MaxUnavailable: &unavailable, MaxSurge: &surge}
		return d
	}
	recreate := func(replicas int32) workload {
		d := &deployment{coredns()}
		d.Spec.Replicas, d.Spec.Strategy.Type = &replicas, appsv1.RecreateDeploymentStrategyType
		return d
	}
	onNodes := func(nodes int32, maxUnavailable string) workload {
		d := &daemonSet{nodeLocalDNS()}
		d.Status.DesiredNumberScheduled = nodes
		if maxUnavailable != "" {
			unavailable := intstr.Parse(maxUnavailable)
			d.Spec.UpdateStrategy.RollingUpdate = &appsv1.RollingUpdateDaemonSet{MaxUnavailable: &unavailable}
		}
		return d
	}
	onDelete := &daemonSet{nodeLocalDNS()}
	onDelete.Spec.UpdateStrategy.Type = appsv1.OnDeleteDaemonSetStrategyType
	for name, tt := range map[string]struct {
		w    workload
		want string
	}{
		"the default":                              {&deployment{coredns()}, ""},
		"a single replica by default":              {rolling(1, "25%", "25%"), ""},
		"a single replica without another":         {rolling(1, "1", "0"), "its maxUnavailable is 1, and it has 1 replica"},
		"a single replica that may be unavailable": {rolling(1, "1", "1"), "its maxUnavailable is 1, and it has 1 replica"},
		"neither unavailable nor another":          {rolling(1, "0%", "0%"), "its maxUnavailable is 0%, and it has 1 replica"},
		"all":                                      {rolling(3, "100%", "0"), "its maxUnavailable is 100%, and it has 3 replicas"},
		"one of two":                               {rolling(2, "1", "0"), ""},
		"more than there are":                      {rolling(2, "5", "0"), "its maxUnavailable is 5, and it has 2 replicas"},
		"Recreate":                                 {recreate(2), "its strategy is Recreate"},
		"Recreate of nothing":                      {recreate(0), ""},
		"one node at a time":                       {onNodes(4, ""), ""},
		"a share of the nodes":                     {onNodes(4, "10%"), ""},
		"all nodes":                                {onNodes(4, "100%"), "its maxUnavailable is 100%, and there are 4 nodes"},
		"a single node":                            {onNodes(1, "100%"), ""},
		"by hand":                                  {onDelete, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := tt.w.takesDown(); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestLayerRestartIsHeldWithItsRemedy(t *testing.T) {
	t.Parallel()
	d := coredns()
	d.Spec.Strategy.Type = appsv1.RecreateDeploymentStrategyType
	c := newFakeCluster(t, configMap(example), d, nodeLocalDNS())
	c.settle()
	c.wantPatches(0)
	const want = "to replace its pods would take all of them down at once: its strategy is Recreate. " +
		"Have Deployment coredns replace a part of its pods at a time, or start the webhook with -allow-layer-restart"
	if events := strings.Join(c.events.events, "\n"); !strings.Contains(events, want) {
		t.Errorf("no event says %q:\n%s", want, events)
	}
	c.policy.AllowLayerRestart = true
	c.startController()
	c.settle()
	c.wantPatches(1)
}
