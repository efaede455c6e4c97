// Command argocd compares a manifest with the cluster, and applies it, as Argo CD does,
// with its own gitops-engine:
//
//	argocd apply|apply-server-side|diff <manifest
//	argocd sync <manifests
//
// "diff" prints a line for each way in which Argo CD may compare: its name, and "Synced" or
// "OutOfSync". "sync" goes by waves, and prints each object's result and that of the whole.
// KUBECONFIG says where the cluster is.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/argoproj/gitops-engine/pkg/diff"
	"github.com/argoproj/gitops-engine/pkg/utils/kube"
	"github.com/argoproj/gitops-engine/pkg/utils/tracing"
	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	cmdutil "k8s.io/kubectl/pkg/cmd/util"
)

// manager is the field manager of Argo CD's server-side applies.
const manager = "argocd-controller"

func main() {
	if err := run(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "argocd:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, verb string) error {
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return err
	}
	objects, err := read(os.Stdin)
	if err != nil {
		return err
	}
	manifest := objects[0]
	switch verb {
	case "apply":
		return apply(ctx, config, manifest, false)
	case "apply-server-side":
		return apply(ctx, config, manifest, true)
	case "diff":
		return compare(ctx, config, manifest)
	case "sync":
		return synchronize(ctx, config, objects)
	}
	return fmt.Errorf("unknown verb %q", verb)
}

func read(stream io.Reader) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	for decoder := yaml.NewYAMLOrJSONDecoder(stream, 4096); ; {
		object := &unstructured.Unstructured{}
		switch err := decoder.Decode(object); {
		case errors.Is(err, io.EOF):
			return objects, nil
		case err != nil:
			return nil, err
		}
		objects = append(objects, object)
	}
}

func apply(ctx context.Context, config *rest.Config, manifest *unstructured.Unstructured, serverSide bool) error {
	operations, cleanup, err := newKubectl().ManageResources(config, nil)
	if err != nil {
		return err
	}
	defer cleanup()
	out, err := operations.ApplyResource(ctx, manifest, cmdutil.DryRunNone, false, true, serverSide, manager)
	if err != nil {
		return err
	}
	fmt.Println(out)
	return nil
}

func newKubectl() *kube.KubectlCmd {
	return &kube.KubectlCmd{Log: logr.Discard(), Tracer: tracing.NopTracer{}}
}

func compare(ctx context.Context, config *rest.Config, manifest *unstructured.Unstructured) error {
	kubectl := newKubectl()
	live, err := kubectl.GetResource(ctx, config, manifest.GroupVersionKind(), manifest.GetName(), manifest.GetNamespace())
	if err != nil {
		return err
	}
	_, parser, err := kubectl.LoadOpenAPISchema(config)
	if err != nil {
		return err
	}
	dryRunner, cleanup, err := kube.ManageServerSideDiffDryRuns(config, nil, tracing.NopTracer{}, logr.Discard(), nil)
	if err != nil {
		return err
	}
	defer cleanup()
	serverSide := func(ignoreMutationWebhook bool) []diff.Option {
		return []diff.Option{
			diff.WithServerSideDiff(true), diff.WithServerSideDryRunner(diff.NewK8sServerSideDryRunner(dryRunner)),
			diff.WithIgnoreMutationWebhook(ignoreMutationWebhook),
		}
	}
	for _, way := range []struct {
		name    string
		options []diff.Option
	}{
		{"three-way", nil}, // the default
		{"structured-merge", []diff.Option{diff.WithStructuredMergeDiff(true)}}, // ServerSideApply=true
		{"server-side", serverSide(true)},                                       // ServerSideDiff=true
		{"server-side,IncludeMutationWebhook=true", serverSide(false)},          // and that
	} {
		result, err := diff.Diff(manifest.DeepCopy(), live.DeepCopy(), append(way.options, diff.WithManager(manager), diff.WithGVKParser(parser))...)
		if err != nil {
			return fmt.Errorf("%s: %w", way.name, err)
		}
		verdict := "Synced"
		if result.Modified {
			verdict = "OutOfSync"
		}
		fmt.Println(way.name, verdict)
	}
	return nil
}
