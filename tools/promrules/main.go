// Command promrules checks the rules in manifests of the Prometheus Operator with the
// function that `promtool check rules` uses. promtool itself takes as long to build as
// Kubernetes.
package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"go.yaml.in/yaml/v3"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "promrules:", err)
		os.Exit(1)
	}
}

func run(files []string) error {
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var manifest struct {
			Kind string    `yaml:"kind"`
			Spec yaml.Node `yaml:"spec"`
		}
		if err := yaml.Unmarshal(text, &manifest); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if manifest.Kind != "PrometheusRule" {
			return fmt.Errorf("%s: the kind is %q, not PrometheusRule", file, manifest.Kind)
		}
		spec, err := yaml.Marshal(&manifest.Spec)
		if err != nil {
			return err
		}
		groups, errs := rulefmt.Parse(spec, false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
		if err := errors.Join(errs...); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		rules := 0
		for _, group := range groups.Groups {
			rules += len(group.Rules)
		}
		fmt.Printf("%s: %d rules are well formed\n", file, rules)
	}
	return nil
}
