package status

import (
	"context"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/extraconfig"
	"corewarden/rollout"
)

// maxEvents is how many events are told.
const maxEvents = 8

// An Event is what the leader said of a ConfigMap or of a workload.
type Event struct {
	Time    time.Time `json:"time"`
	Type    string    `json:"type"`
	Reason  string    `json:"reason"`
	Object  string    `json:"object"`
	Message string    `json:"message"`
}

// lastEvents returns the last events of Corewarden, the newest first. What is said of a
// ConfigMap and of a workload is told once. Who may not read events has none.
func lastEvents(ctx context.Context, c client.Reader) ([]Event, error) {
	var list corev1.EventList
	err := c.List(ctx, &list, client.InNamespace(extraconfig.Namespace), client.MatchingFields{"reportingComponent": rollout.FieldManager})
	if err != nil && !apierrors.IsForbidden(err) {
		return nil, err
	}
	slices.SortFunc(list.Items, func(a, b corev1.Event) int { return when(b).Compare(when(a)) })
	events := []Event{}
	for _, e := range list.Items {
		told := slices.ContainsFunc(events, func(other Event) bool { return other.Reason == e.Reason && other.Message == e.Message })
		if told || len(events) == maxEvents {
			continue
		}
		events = append(events, Event{when(e), e.Type, e.Reason, e.InvolvedObject.Kind + " " + e.InvolvedObject.Name, e.Message})
	}
	return events, nil
}

// when returns when an event was last seen.
func when(e corev1.Event) time.Time {
	switch {
	case e.Series != nil:
		return e.Series.LastObservedTime.Time
	case !e.EventTime.IsZero():
		return e.EventTime.Time
	}
	return e.LastTimestamp.Time
}
