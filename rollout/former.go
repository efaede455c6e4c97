package rollout

import (
	"context"
	"encoding/json"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/extraconfig"
)

// formerStamps returns the stamps of the ReplicaSets, to whose templates an undo goes back.
func (d *deployment) formerStamps(ctx context.Context, api client.Reader) ([]string, error) {
	var sets appsv1.ReplicaSetList
	if err := listSelected(ctx, api, &sets, d.selector()); err != nil {
		return nil, err
	}
	var stamps []string
	for i := range sets.Items {
		if set := &sets.Items[i]; metav1.IsControlledBy(set, d.Deployment) {
			stamps = append(stamps, set.Spec.Template.Annotations[extraconfig.HashAnnotation])
		}
	}
	return stamps, nil
}

// formerStamps returns the stamps of the ControllerRevisions, to whose templates an undo goes
// back.
func (d *daemonSet) formerStamps(ctx context.Context, api client.Reader) ([]string, error) {
	var revisions appsv1.ControllerRevisionList
	if err := listSelected(ctx, api, &revisions, d.selector()); err != nil {
		return nil, err
	}
	var stamps []string
	for i := range revisions.Items {
		revision := &revisions.Items[i]
		if !metav1.IsControlledBy(revision, d.DaemonSet) {
			continue
		}
		var data struct {
			Spec struct{ Template corev1.PodTemplateSpec }
		}
		if err := json.Unmarshal(revision.Data.Raw, &data); err != nil {
			return nil, fmt.Errorf("ControllerRevision %s: %w", revision.Name, err)
		}
		stamps = append(stamps, data.Spec.Template.Annotations[extraconfig.HashAnnotation])
	}
	return stamps, nil
}

func listSelected(ctx context.Context, api client.Reader, into client.ObjectList, selector *metav1.LabelSelector) error {
	labels, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		return err
	}
	return api.List(ctx, into, client.InNamespace(extraconfig.Namespace), client.MatchingLabelsSelector{Selector: labels})
}
