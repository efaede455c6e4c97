package main

import (
	"cmp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"corewarden/corefile"
	"corewarden/extraconfig"
)

// A generator of kustomize makes a ConfigMap that is judged, but with a hash behind its name.
type generator struct {
	manifest manifest
	name     *yaml.Node
}

func (g generator) judge(known) (string, []finding) {
	start := g.manifest.source().NodePlace(g.name)
	p := extraconfig.Hashed(g.name.Value)
	at := place{g.manifest.path, start.Line, start.Column, start.Line, start.Column + len(g.name.Value)}
	return g.manifest.path, []finding{{path: g.manifest.path, source: corefile.File{Name: g.manifest.path}, problem: p, at: at}}
}

// generators hands on those of a kustomization that add a hash to the name of a judged ConfigMap.
func (m manifest) generators(node *yaml.Node, yield func(input)) {
	type options struct {
		DisableNameSuffixHash bool `yaml:"disableNameSuffixHash"`
	}
	var kustomization struct {
		Namespace  string  `yaml:"namespace"`
		Options    options `yaml:"generatorOptions"`
		Generators []struct {
			Name      yaml.Node `yaml:"name"`
			Namespace string    `yaml:"namespace"`
			Options   options   `yaml:"options"`
		} `yaml:"configMapGenerator"`
	}
	if node.Decode(&kustomization) != nil {
		return
	}
	for _, g := range kustomization.Generators {
		namespace := cmp.Or(kustomization.Namespace, g.Namespace, extraconfig.Namespace)
		hashed := !g.Options.DisableNameSuffixHash && !kustomization.Options.DisableNameSuffixHash
		if hashed && namespace == extraconfig.Namespace && slices.Contains(extraconfig.Bundles(), g.Name.Value) {
			yield(generator{m, &g.Name})
		}
	}
}

// isKustomization reports whether an object says how kustomize makes others.
func (o *object) isKustomization() bool {
	return o.Kind == "Kustomization" && strings.HasPrefix(o.APIVersion, "kustomize.config.k8s.io/")
}
