package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"corewarden/extraconfig"
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
	Items      []yaml.Node `yaml:"items"`
}

// workloads are the ConfigMaps that DNS servers load, and the only workload that loads
// each; "" for all.
var workloads = map[string]string{
	extraconfig.Name:               "",
	"coredns-extra-configs":        "coredns",
	"node-local-dns-extra-configs": "node-local-dns",
}

// readManifest hands on the ConfigMaps in a stream of YAML documents, or in JSON, that
// DNS servers load. It passes over all other objects.
func readManifest(path, content string, yield func(input)) error {
	decoder := yaml.NewDecoder(strings.NewReader(content))
	for {
		var document yaml.Node
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = readObject(path, &document, yield)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
}

func readObject(path string, node *yaml.Node, yield func(input)) error {
	var o object
	if err := node.Decode(&o); err != nil {
		return nil // not the shape of an object: a file of values, say
	}
	for i := range o.Items {
		if err := readObject(path, &o.Items[i], yield); err != nil {
			return err
		}
	}
	workload, loaded := workloads[o.Metadata.Name]
	if o.APIVersion != "v1" || o.Kind != "ConfigMap" || !loaded {
		return nil
	}
	if ns := o.Metadata.Namespace; ns != "" && ns != extraconfig.Namespace {
		return nil
	}
	value, err := o.configMap()
	if err != nil {
		return err
	}
	yield(configMap{path: path, workload: workload, value: value})
	return nil
}

func (o *object) configMap() (extraconfig.ConfigMap, error) {
	value := extraconfig.ConfigMap{Annotations: o.Metadata.Annotations}
	if err := o.Data.Decode(&value.Data); err != nil {
		return value, fmt.Errorf("data of ConfigMap %s: every value has to be a string: %w", o.Metadata.Name, err)
	}
	var encoded map[string]string
	if err := o.BinaryData.Decode(&encoded); err != nil {
		return value, fmt.Errorf("binaryData of ConfigMap %s: every value has to be a string: %w", o.Metadata.Name, err)
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
