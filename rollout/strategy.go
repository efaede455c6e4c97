package rollout

import (
	"cmp"
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func (d *deployment) takesDown() string {
	replicas := int(d.status().Size)
	switch strategy := d.Spec.Strategy; {
	case replicas == 0:
		return ""
	case strategy.Type == appsv1.RecreateDeploymentStrategyType:
		return "its strategy is Recreate"
	default:
		quarter := intstr.FromString("25%") // what the API server sets where there is nothing
		rolling := cmp.Or(strategy.RollingUpdate, &appsv1.RollingUpdateDeployment{})
		may := cmp.Or(rolling.MaxUnavailable, &quarter)
		unavailable := scaled(may, replicas, false)
		if unavailable == 0 && scaled(cmp.Or(rolling.MaxSurge, &quarter), replicas, true) == 0 {
			unavailable = 1
		}
		if unavailable < replicas {
			return ""
		}
		return fmt.Sprintf("its maxUnavailable is %s, and it has %s", may, count(replicas, "replica"))
	}
}

// A single node is no layer: there is no way to replace its pod without taking it down.
func (d *daemonSet) takesDown() string {
	nodes := int(d.Status.DesiredNumberScheduled)
	rolling := cmp.Or(d.Spec.UpdateStrategy.RollingUpdate, &appsv1.RollingUpdateDaemonSet{})
	one := intstr.FromInt32(1)
	may := cmp.Or(rolling.MaxUnavailable, &one)
	if nodes <= 1 || d.standstill() != "" || scaled(may, nodes, true) < nodes {
		return ""
	}
	return fmt.Sprintf("its maxUnavailable is %s, and there are %s", may, count(nodes, "node"))
}

func (d *deployment) minReady() time.Duration {
	return time.Duration(d.Spec.MinReadySeconds) * time.Second
}

func (d *daemonSet) minReady() time.Duration {
	return time.Duration(d.Spec.MinReadySeconds) * time.Second
}

// scaled returns how many pods of n a number or a share is; what cannot be read is none.
func scaled(value *intstr.IntOrString, n int, roundUp bool) int {
	pods, err := intstr.GetScaledValueFromIntOrPercent(value, n, roundUp)
	if err != nil {
		return 0
	}
	return pods
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
