package doctor

import (
	"context"
	"fmt"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	"k8s.io/apimachinery/pkg/util/wait"
)

// leaseName is the name of the Lease by which the webhooks elect a leader.
const leaseName = "corewarden"

var leaderElected = check{
	id:    "leader",
	title: "one of the webhooks leads, and rolls out",
	look: func(ctx context.Context, i *installation) outcome {
		name := "Lease " + i.Namespace + "/" + leaseName
		lease := get[coordinationv1.Lease](ctx, i, i.Namespace, leaseName)
		nobody := failed(fmt.Sprintf("nobody leads, as there is no %s: nothing is rolled out", name), i.logs())
		if lease.err != nil {
			return unreadable(name, lease.err, nobody)
		}
		holder := ptr(lease.value.Spec.HolderIdentity)
		if holder == "" {
			return failed(fmt.Sprintf("nobody holds %s: nothing is rolled out", name), i.logs())
		}
		if i.fresh(lease.value) || i.renewed(ctx, lease.value) {
			return fine("%s", holder)
		}
		return failed(fmt.Sprintf("%s was last renewed at %s: its holder %s is gone, and nobody took over",
			name, ptr(lease.value.Spec.RenewTime).UTC().Format(time.DateTime), holder), i.logs())
	},
}

func duration(lease *coordinationv1.Lease) time.Duration {
	return time.Duration(ptr(lease.Spec.LeaseDurationSeconds)) * time.Second
}

// fresh reports whether the lease counts by the clock of this machine.
func (i *installation) fresh(lease *coordinationv1.Lease) bool {
	return lease.Spec.RenewTime != nil && time.Now().Before(lease.Spec.RenewTime.Add(duration(lease)))
}

// renewed reports whether the lease is renewed while it would last. This machine's clock may
// be wrong, so that a lease which looks old may be fresh.
func (i *installation) renewed(ctx context.Context, before *coordinationv1.Lease) bool {
	err := wait.PollUntilContextTimeout(ctx, time.Second, duration(before), false, func(ctx context.Context) (bool, error) {
		now := get[coordinationv1.Lease](ctx, i, before.Namespace, before.Name)
		return now.err == nil && !now.value.Spec.RenewTime.Equal(before.Spec.RenewTime), nil
	})
	return err == nil
}

func (i *installation) logs() string {
	return fmt.Sprintf("kubectl logs deployment/%s --namespace=%s --all-pods", i.shipped.deployment.Name, i.Namespace)
}
