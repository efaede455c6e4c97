package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
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
	decodable, escaped := scalar.Decodable(content)
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
		if escaped {
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
		if o.decodeEach(contentOf(node)); o.isBundle() {
			return fmt.Errorf("ConfigMap %s: %w", o.Metadata.Name, malformed(err))
		}
		return nil // not the shape of an object: a file of values, say
	}
	for i := range o.Items {
		if err := m.read(&o.Items[i], yield); err != nil {
			return err
		}
	}
	if o.isKustomization() {
		m.generators(node, yield)
	}
	if !o.isDNS() {
		return nil
	}
	switch {
	case o.isConfigMap():
		value, err := o.configMap()
		if err != nil && o.isBundle() {
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

// decodeEach decodes each field by itself: the decoder leaves an object that has one twice.
func (o *object) decodeEach(node *yaml.Node) {
	if node.Kind != yaml.MappingNode {
		return
	}
	for field := range slices.Chunk(node.Content, 2) {
		_ = (&yaml.Node{Kind: yaml.MappingNode, Content: field}).Decode(o) // which was told
	}
}

// isDNS reports whether an object may be in the namespace of the DNS servers.
func (o *object) isDNS() bool {
	return o.Metadata.Namespace == "" || o.Metadata.Namespace == extraconfig.Namespace
}

func (o *object) isConfigMap() bool { return o.APIVersion == "v1" && o.Kind == "ConfigMap" }

// isBundle reports whether an object is a ConfigMap that is judged.
func (o *object) isBundle() bool {
	return o.isDNS() && o.isConfigMap() && slices.Contains(extraconfig.Bundles(), o.Metadata.Name)
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
	var err error
	if value.Data, err = o.texts("data", &o.Data); err != nil {
		return value, err
	}
	encoded, err := o.texts("binaryData", &o.BinaryData)
	if err != nil {
		return value, err
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

// texts returns what a field of a ConfigMap holds. The decoder makes a string of a number or a
// boolean, which the API server refuses.
func (o *object) texts(field string, node *yaml.Node) (map[string]string, error) {
	var texts map[string]string
	if err := node.Decode(&texts); err != nil {
		return nil, fmt.Errorf("%s of ConfigMap %s: %w", field, o.Metadata.Name, malformed(err))
	}
	var values map[string]any
	if err := node.Decode(&values); err != nil {
		return nil, fmt.Errorf("%s of ConfigMap %s: %w", field, o.Metadata.Name, malformed(err))
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		switch values[key].(type) {
		case bool, int, int64, uint64, float64:
			return nil, fmt.Errorf("%s[%s] of ConfigMap %s is not a string. Write %s in quotes", field, key, o.Metadata.Name, texts[key])
		}
	}
	return texts, nil
}

// malformed returns what a decoder says of the shape of an object, on one line.
func malformed(err error) error {
	var shape *yaml.TypeError
	if !errors.As(err, &shape) {
		return err
	}
	return errors.New(strings.Join(shape.Errors, "; "))
}
