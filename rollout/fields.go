package rollout

import (
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// stampedAt returns when we last changed the stamp of w, by the clock of the API server:
// it keeps the time in the managed fields. It is zero where we never did.
func stampedAt(w workload) time.Time { return lastTime(w.object(), isStamp) }

// writtenAt returns when the content of a ConfigMap was last written, likewise. Keys that
// were only taken away may leave no trace.
func writtenAt(c *corev1.ConfigMap) time.Time { return lastTime(c, isContent) }

func isStamp(entry metav1.ManagedFieldsEntry) bool {
	return entry.Manager == FieldManager && entry.Subresource == ""
}

// isContent takes an entry without fields for one of content: TrimFields leaves no others.
func isContent(entry metav1.ManagedFieldsEntry) bool {
	if entry.FieldsV1 == nil {
		return true
	}
	fields := entry.FieldsV1.GetRawString()
	return strings.Contains(fields, `"f:data"`) || strings.Contains(fields, `"f:binaryData"`)
}

func lastTime(object client.Object, counts func(metav1.ManagedFieldsEntry) bool) time.Time {
	var last time.Time
	for _, entry := range object.GetManagedFields() {
		if entry.Time != nil && counts(entry) {
			last = later(last, entry.Time.Time)
		}
	}
	return last
}

// TrimFields is how an object of a snapshot is kept: of the managed fields, nothing is left but
// when the stamp or the content was written.
func TrimFields(in any) (any, error) {
	object, ok := in.(client.Object)
	if !ok {
		return in, nil
	}
	counts := isStamp
	if _, ok := object.(*corev1.ConfigMap); ok {
		counts = isContent
	}
	var kept []metav1.ManagedFieldsEntry
	for _, entry := range object.GetManagedFields() {
		if counts(entry) {
			kept = append(kept, metav1.ManagedFieldsEntry{Manager: entry.Manager, Operation: entry.Operation, Time: entry.Time})
		}
	}
	object.SetManagedFields(kept)
	return object, nil
}
