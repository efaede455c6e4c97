package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"corewarden/corefile"
	"corewarden/extraconfig"
)

func newKRM() *cobra.Command {
	o := options{failOn: string(corefile.Error), stdinName: "resources.yaml", paths: []string{stdinPath}}
	c := &cobra.Command{
		Use:   "krm",
		Short: "Check the resources of Kustomize or kpt, as a KRM function",
		Long: `Check the resources of Kustomize or kpt, as a KRM function.

It reads a ResourceList from standard input, and writes it with a result for each problem. It changes
no resource. The problems are written to standard error as well: Kustomize shows only those.

The exit code is 0 without a problem or with warnings only, 1 with an error, and 2 for wrong
arguments or input that is no ResourceList.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.addServers(); err != nil {
				return err
			}
			return o.runFunction(c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	choose(c, &o.failOn, "fail-on", "least `severity` that makes the exit code 1", string(corefile.Error), string(corefile.Warning))
	o.clusterFlags(c)
	return c
}

// runFunction does as the specification of KRM functions says.
func (o options) runFunction(stdin io.Reader, stdout, stderr io.Writer) error {
	input, err := io.ReadAll(stdin)
	if err != nil {
		return err
	}
	var document yaml.Node
	var list struct{ Kind string }
	if err := errors.Join(yaml.Unmarshal(input, &document), yaml.Unmarshal(input, &list)); err != nil {
		return err
	}
	if list.Kind != "ResourceList" {
		return fmt.Errorf("standard input is no ResourceList, but of kind %q", list.Kind)
	}
	result, err := o.judge(strings.NewReader(string(input)), stderr)
	if err != nil {
		return err
	}
	results := make([]krmResult, len(result.findings))
	for i, f := range result.findings {
		results[i] = newKRMResult(f)
		fmt.Fprintln(stderr, results[i])
	}
	if err := writeResults(stdout, contentOf(&document), results); err != nil {
		return err
	}
	if result.failed() {
		return errProblems
	}
	return nil
}

// writeResults writes a ResourceList with results instead of those that it has.
func writeResults(w io.Writer, list *yaml.Node, results []krmResult) error {
	var value yaml.Node
	if err := value.Encode(results); err != nil {
		return err
	}
	const name = "results"
	found := false
	for i := 0; i+1 < len(list.Content); i += 2 {
		if list.Content[i].Value == name {
			list.Content[i+1], found = &value, true
		}
	}
	if !found && len(results) > 0 {
		list.Content = append(list.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: name}, &value)
	}
	encoder := yaml.NewEncoder(w)
	encoder.SetIndent(2)
	return errors.Join(encoder.Encode(list), encoder.Close())
}

// A krmResult is a finding as the specification of KRM functions has it.
type krmResult struct {
	Message     string            `yaml:"message"`
	Severity    corefile.Severity `yaml:"severity"`
	ResourceRef struct {
		APIVersion string `yaml:"apiVersion"`
		Kind       string `yaml:"kind"`
		Namespace  string `yaml:"namespace"`
		Name       string `yaml:"name"`
	} `yaml:"resourceRef"`
	Field struct {
		Path string `yaml:"path"`
	} `yaml:"field"`
	File struct {
		Path  string `yaml:"path"`
		Index int    `yaml:"index,omitempty"`
	} `yaml:"file,omitempty"`
	Tags map[string]string `yaml:"tags"`
}

func newKRMResult(f finding) krmResult {
	r := krmResult{Message: f.keyPlace() + ": " + f.sentence(), Severity: f.problem.Severity, Tags: map[string]string{"rule": f.problem.Rule}}
	r.ResourceRef.APIVersion, r.ResourceRef.Kind = "v1", "ConfigMap"
	r.ResourceRef.Namespace, r.ResourceRef.Name = extraconfig.Namespace, f.configMap.name
	r.Field.Path = "data[" + f.key + "]"
	annotations := f.configMap.value.Annotations
	for _, prefix := range []string{"config.kubernetes.io/", "internal.config.kubernetes.io/"} { // the old names and the new ones
		if path := annotations[prefix+"path"]; path != "" {
			r.File.Path = path
			r.File.Index, _ = strconv.Atoi(annotations[prefix+"index"]) // 0 without
		}
	}
	return r
}

// String is a line for people.
func (r krmResult) String() string {
	file := ""
	if r.File.Path != "" {
		file = r.File.Path + ": "
	}
	return fmt.Sprintf("%s%s %s: %s: %s", file, r.ResourceRef.Kind, r.ResourceRef.Name, r.Severity, r.Message)
}
