package corewarden

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// Kubectl runs kubectl and returns what it prints.
type Kubectl func(ctx context.Context, args ...string) (string, error)

// Manifests renders the kustomization in the folder dir with the kustomize that is
// built into kubectl. The objects come in the order in which they can be applied.
func Manifests(ctx context.Context, kubectl Kubectl, dir string) ([]unstructured.Unstructured, error) {
	text, err := kubectl(ctx, "kustomize", dir)
	if err != nil {
		return nil, err
	}
	objects, err := Decode(text)
	if err != nil {
		return nil, fmt.Errorf("kustomization %s: %w", dir, err)
	}
	return objects, nil
}

// Overlay writes a kustomization to dir that adds components of deploy/ to another folder of it.
func Overlay(dir, folder string, components ...string) error {
	var all []string
	for _, name := range append([]string{folder}, components...) {
		path, err := filepath.Rel(dir, filepath.Join(repository(), "deploy", name))
		if err != nil {
			return err
		}
		all = append(all, path)
	}
	text := fmt.Sprintf("kind: Kustomization\nresources: [%s]\ncomponents: [%s]\n", all[0], strings.Join(all[1:], ", "))
	return errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(filepath.Join(dir, "kustomization.yaml"), []byte(text), 0o600))
}

// Decode returns the objects of a stream of YAML documents. Empty documents are no objects.
func Decode(stream string) ([]unstructured.Unstructured, error) {
	var objects []unstructured.Unstructured
	for decoder := yaml.NewYAMLOrJSONDecoder(strings.NewReader(stream), 4096); ; {
		var object unstructured.Unstructured
		switch err := decoder.Decode(&object); {
		case errors.Is(err, io.EOF):
			return objects, nil
		case err != nil:
			return nil, fmt.Errorf("object %d: %w", len(objects)+1, err)
		case object.Object != nil:
			objects = append(objects, object)
		}
	}
}

// ForHost returns copies of those manifests that a webhook on the host has a use for:
// all but the ones that run it in a pod. Its webhook configurations call the process
// at webhookURL, such as https://127.0.0.1:9443, and trust caBundle, in PEM; with nil, what
// the manifests say.
func ForHost(objects []unstructured.Unstructured, webhookURL string, caBundle []byte) ([]unstructured.Unstructured, error) {
	inPods := []string{"Deployment", "NetworkPolicy", "PodDisruptionBudget", "ResourceQuota", "Service"}
	var onHost []unstructured.Unstructured
	for _, object := range objects {
		if slices.Contains(inPods, object.GetKind()) {
			continue
		}
		object := *object.DeepCopy()
		if err := callHost(object, webhookURL, caBundle); err != nil {
			return nil, fmt.Errorf("%s %s: %w", object.GetKind(), object.GetName(), err)
		}
		onHost = append(onHost, object)
	}
	return onHost, nil
}

// callHost puts a URL instead of every reference to a Service that object, if it
// is a webhook configuration, has. The path stays what the manifest says.
func callHost(object unstructured.Unstructured, webhookURL string, caBundle []byte) error {
	webhooks, _, err := unstructured.NestedSlice(object.Object, "webhooks")
	if err != nil || webhooks == nil {
		return err
	}
	for _, webhook := range webhooks {
		webhook := webhook.(map[string]any)
		clientConfig, _, err := unstructured.NestedMap(webhook, "clientConfig")
		if err != nil {
			return err
		}
		path, _, err := unstructured.NestedString(clientConfig, "service", "path")
		if err != nil {
			return err
		}
		delete(clientConfig, "service")
		clientConfig["url"] = webhookURL + path
		if caBundle != nil {
			clientConfig["caBundle"] = base64.StdEncoding.EncodeToString(caBundle)
		}
		webhook["clientConfig"] = clientConfig
	}
	return unstructured.SetNestedSlice(object.Object, webhooks, "webhooks")
}

// Encode returns the manifests as one JSON list, for `kubectl apply --filename -`.
func Encode(objects []unstructured.Unstructured) (string, error) {
	list := unstructured.UnstructuredList{
		Object: map[string]any{"apiVersion": "v1", "kind": "List"},
		Items:  objects,
	}
	text, err := list.MarshalJSON()
	return string(text), err
}
