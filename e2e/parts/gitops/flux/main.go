// Command flux applies manifests as Flux's controllers do, with their own library, and
// says what has drifted:
//
//	flux apply|diff <manifest
//	flux apply-all <manifests
//
// It prints what the library has done, or would do: "created", "configured" or
// "unchanged"; of "apply-all", which goes by stages, with each object's name before it.
// KUBECONFIG says where the cluster is.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/fluxcd/cli-utils/pkg/kstatus/polling"
	"github.com/fluxcd/pkg/ssa"
	"github.com/fluxcd/pkg/ssa/utils"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "flux:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return err
	}
	c, err := client.New(config, client.Options{})
	if err != nil {
		return err
	}
	objects, err := utils.ReadObjects(os.Stdin)
	if err != nil {
		return err
	}
	poller := polling.NewStatusPoller(c, c.RESTMapper(), polling.Options{})
	manager := ssa.NewResourceManager(c, poller, ssa.Owner{Field: "kustomize-controller", Group: "kustomize.toolkit.fluxcd.io"})
	verb := os.Args[1]
	if verb == "apply-all" {
		return applyAll(ctx, manager, objects)
	}
	object := objects[0]
	var entry *ssa.ChangeSetEntry
	switch verb {
	case "apply":
		entry, err = manager.Apply(ctx, object, options())
	case "diff":
		entry, _, _, err = manager.Diff(ctx, object, ssa.DefaultDiffOptions())
	default:
		err = fmt.Errorf("unknown verb %q", verb)
	}
	if err != nil {
		return err
	}
	fmt.Println(entry.Action)
	return nil
}

// applyAll prints what was done, even if something else fails.
func applyAll(ctx context.Context, manager *ssa.ResourceManager, objects []*unstructured.Unstructured) error {
	changes, err := manager.ApplyAllStaged(ctx, objects, options())
	for _, entry := range changes.Entries {
		fmt.Println(entry.String())
	}
	return err
}

// options are those of kustomize-controller, which takes over what kubectl has applied.
func options() ssa.ApplyOptions {
	o := ssa.DefaultApplyOptions()
	o.Cleanup.Annotations = []string{"kubectl.kubernetes.io/last-applied-configuration"}
	for _, name := range []string{"kubectl", "before-first-apply"} {
		for _, operation := range []metav1.ManagedFieldsOperationType{metav1.ManagedFieldsOperationApply, metav1.ManagedFieldsOperationUpdate} {
			o.Cleanup.FieldManagers = append(o.Cleanup.FieldManagers, ssa.FieldManager{Name: name, OperationType: operation})
		}
	}
	return o
}
