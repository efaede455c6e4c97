package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"corewarden/cmd/corefile/scalar"
	"corewarden/extraconfig"
	"corewarden/extraconfig/workload"
)

// object is what counts of any object of Kubernetes.
type object struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string `yaml:"kind"`
	Metadata   struct {
		Name        string            `yaml:"name"`
		Namespace   string            `yaml:"namespace"`
		Annotations map[string]string `yaml:"annotations"`
	} `yaml:"metadata"`
	Data       yaml.Node   `yaml:"data"`
	BinaryData yaml.Node   `yaml:"binaryData"`
	Immutable  bool        `yaml:"immutable"`
	Spec       yaml.Node   `yaml:"spec"`
	Items      []yaml.Node `yaml:"items"`
}

// readManifest hands on what a stream of YAML documents, or JSON, says of the DNS servers:
// ConfigMaps, Deployments, DaemonSets and Services of their namespace. It passes over all
// other objects.
func readManifest(path, content string, yield func(input)) error {
	m := manifest{path: path, source: sync.OnceValue(func() *scalar.Source { return scalar.NewSource(content) })}
	decodable := scalar.Decodable(content)
	decoder := yaml.NewDecoder(strings.NewReader(decodable))
	for {
		var document yaml.Node
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, notYAML{err})
		}
		if decodable != content {
			m.source().Restore(&document)
		}
		m.from = template(&document)
		if err := m.read(&document, yield); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
}

// notYAML is the error of a text that is no YAML, such as the template of a Helm chart.
type notYAML struct{ error }

// read hands on what an object says. It keeps with a ConfigMap where it stands.
func (m manifest) read(node *yaml.Node, yield func(input)) error {
	var o object
	if err := node.Decode(&o); err != nil {
		return nil // not the shape of an object: a file of values, say
	}
	for i := range o.Items {
		if err := m.read(&o.Items[i], yield); err != nil {
			return err
		}
	}
	if ns := o.Metadata.Namespace; ns != "" && ns != extraconfig.Namespace {
		return nil
	}
	switch {
	case o.APIVersion == "v1" && o.Kind == "ConfigMap":
		value, err := o.configMap()
		if err != nil && slices.Contains(extraconfig.Bundles(), o.Metadata.Name) {
			return err
		}
		m.object, m.data, m.binaryData = contentOf(node), &o.Data, &o.BinaryData
		yield(configMap{path: m.path, name: o.Metadata.Name, value: value, manifest: &m})
	case o.APIVersion == "v1" && o.Kind == "Service":
		var spec struct {
			ClusterIP string `yaml:"clusterIP"`
		}
		if o.Spec.Decode(&spec) == nil && net.ParseIP(spec.ClusterIP) != nil {
			yield(service{m.path, o.Metadata.Name, spec.ClusterIP})
		}
	case o.APIVersion == "apps/v1" && (o.Kind == "Deployment" || o.Kind == "DaemonSet"):
		var spec struct{ Template struct{ Spec workload.Pod } }
		if o.Spec.Decode(&spec) == nil && isWhole(spec.Template.Spec) {
			yield(dnsWorkload{m.path, workload.New(o.Kind, o.Metadata.Name, spec.Template.Spec)})
		}
	}
	return nil
}

// contentOf returns what a document holds, and any other node as it is.
func contentOf(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.DocumentNode && len(node.Content) > 0 {
		return node.Content[0]
	}
	return node
}

// isWhole tells a pod from a patch of one, as kustomize has them.
func isWhole(pod workload.Pod) bool {
	return len(pod.Volumes) > 0 && slices.ContainsFunc(pod.Containers, func(c workload.Container) bool { return c.Image != "" })
}

func (o *object) configMap() (extraconfig.ConfigMap, error) {
	value := extraconfig.ConfigMap{Annotations: o.Metadata.Annotations, Immutable: o.Immutable}
	if err := o.Data.Decode(&value.Data); err != nil {
		return value, fmt.Errorf("data of ConfigMap %s: every value must be a string: %w", o.Metadata.Name, err)
	}
	var encoded map[string]string
	if err := o.BinaryData.Decode(&encoded); err != nil {
		return value, fmt.Errorf("binaryData of ConfigMap %s: every value must be a string: %w", o.Metadata.Name, err)
	}
	for key, text := range encoded {
		decoded, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		if err != nil {
			return value, fmt.Errorf("binaryData[%s] of ConfigMap %s is not base64: %w", key, o.Metadata.Name, err)
		}
		if value.BinaryData == nil {
			value.BinaryData = map[string][]byte{}
		}
		value.BinaryData[key] = decoded
	}
	return value, nil
}
