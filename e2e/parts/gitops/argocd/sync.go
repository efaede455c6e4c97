package main

import (
	"context"
	"fmt"
	"time"

	"github.com/argoproj/gitops-engine/pkg/sync"
	"github.com/argoproj/gitops-engine/pkg/sync/common"
	"github.com/go-logr/logr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
)

// pause is how long a wave gets before the next look at it.
const pause = 50 * time.Millisecond

// synchronize makes one sync operation. As in Argo CD's application controller, each look at
// the live objects goes on from the state that the one before left.
func synchronize(ctx context.Context, config *rest.Config, objects []*unstructured.Unstructured) error {
	kubectl := newKubectl()
	schema, _, err := kubectl.LoadOpenAPISchema(config)
	if err != nil {
		return err
	}
	phase, message, results, started := common.OperationPhase(""), "", []common.ResourceSyncResult(nil), metav1.Now()
	for !phase.Completed() {
		live := make([]*unstructured.Unstructured, len(objects))
		for i, object := range objects {
			live[i], err = kubectl.GetResource(ctx, config, object.GroupVersionKind(), object.GetName(), object.GetNamespace())
			if err != nil && !apierrors.IsNotFound(err) {
				return err
			}
		}
		operation, cleanup, err := sync.NewSyncContext("", sync.ReconciliationResult{Live: live, Target: objects}, config, config, kubectl, "", schema,
			sync.WithLogr(logr.Discard()), sync.WithInitialState(phase, message, results, started))
		if err != nil {
			return err
		}
		operation.Sync()
		phase, message, results = operation.GetState()
		cleanup()
		time.Sleep(pause)
	}
	for _, result := range results {
		fmt.Printf("%s/%s: %s: %s\n", result.ResourceKey.Kind, result.ResourceKey.Name, result.Status, result.Message)
	}
	if phase != common.OperationSucceeded {
		return fmt.Errorf("%s: %s", phase, message)
	}
	return nil
}
