// Command oldest reads manifests, a YAML stream, and fails where they have a kind or a field
// that the oldest supported Kubernetes does not know. It prints how many objects it has
// checked; custom resources are left out.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
)

// custom are the API groups that are not Kubernetes' own.
var custom = []string{"cert-manager.io", "monitoring.coreos.com"}

func main() {
	checked, err := check(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, "oldest:", err)
		os.Exit(1)
	}
	fmt.Println(checked, "objects")
}

func check(manifests io.Reader) (checked int, err error) {
	decoder := serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict).UniversalDeserializer()
	for documents := yaml.NewYAMLReader(bufio.NewReader(manifests)); ; {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return checked, nil
		}
		if err != nil {
			return checked, err
		}
		var object metav1.PartialObjectMetadata
		if err := yaml.Unmarshal(document, &object); err != nil {
			return checked, err
		}
		if slices.Contains(custom, object.GroupVersionKind().Group) {
			continue
		}
		if _, _, err := decoder.Decode(document, nil, nil); err != nil {
			return checked, fmt.Errorf("%s %s: %w", object.Kind, object.Name, err)
		}
		checked++
	}
}
