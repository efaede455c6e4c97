package rollout

import (
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// entry is one of the managed fields, an hour for each after noon.
func entry(hour int, manager, subresource, fields string) metav1.ManagedFieldsEntry {
	at := metav1.NewTime(noon.Add(time.Duration(hour) * time.Hour))
	return metav1.ManagedFieldsEntry{
		Manager: manager, Subresource: subresource, Operation: metav1.ManagedFieldsOperationUpdate,
		Time: &at, FieldsV1: metav1.NewFieldsV1(fields),
	}
}

// The API server tells when what counts was written, also after the cache has thrown the rest
// away.
func TestManagedFieldsTellWhen(t *testing.T) {
	t.Parallel()
	configMap := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{ManagedFields: []metav1.ManagedFieldsEntry{
		entry(1, "kubectl", "", `{"f:data":{"f:Corefile":{}}}`),
		entry(2, "flux", "", `{"f:binaryData":{"f:Corefile":{}}}`),
		entry(3, "label", "", `{"f:metadata":{"f:labels":{}}}`),
	}}}
	deployment := &deployment{&appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{ManagedFields: []metav1.ManagedFieldsEntry{
		entry(1, FieldManager, "", `{"f:spec":{}}`),
		entry(2, FieldManager, "status", `{"f:metadata":{}}`),
		entry(3, "kubectl", "", `{"f:spec":{}}`),
	}}}}
	for range 2 {
		if got := writtenAt(configMap).Sub(noon); got != 2*time.Hour {
			t.Errorf("the content was written %s after noon, want two hours", got)
		}
		if got := stampedAt(deployment).Sub(noon); got != time.Hour {
			t.Errorf("the stamp was set %s after noon, want one hour", got)
		}
		for _, object := range []client.Object{configMap, deployment.Deployment} {
			if _, err := TrimFields(object); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n, m := len(configMap.ManagedFields), len(deployment.ManagedFields); n != 2 || m != 1 {
		t.Errorf("%d and %d entries are kept, want 2 and 1", n, m)
	}
}
