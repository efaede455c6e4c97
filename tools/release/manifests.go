package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// writeManifests renders each way to install, and what Prometheus needs, into one file each, with
// the release's image.
func (r release) writeManifests() error {
	for _, install := range []string{"cert-manager", "self-signed", "prometheus"} {
		text, err := r.render(install)
		if err != nil {
			return fmt.Errorf("deploy/%s: %w", install, err)
		}
		if err := r.write("corewarden-"+install+".yaml", text); err != nil {
			return err
		}
	}
	return nil
}

// render does what `kubectl kustomize` does with an overlay that names the image. The overlay
// is in memory, and so is a copy of deploy, as it has to be beside it.
func (r release) render(install string) ([]byte, error) {
	memory := filesys.MakeFsInMemory()
	deploy := os.DirFS(filepath.Join(r.root, "deploy"))
	err := fs.WalkDir(deploy, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(deploy, name)
		if err != nil {
			return err
		}
		return memory.WriteFile("/deploy/"+name, r.withRunbooks(text))
	})
	if err != nil {
		return nil, err
	}
	overlay := fmt.Sprintf("resources: [../deploy/%s]\nimages: [{name: corewarden/webhook, newName: %q, newTag: %q}]\n", install, r.image, r.tag())
	if err := memory.WriteFile("/release/kustomization.yaml", []byte(overlay)); err != nil {
		return nil, err
	}
	objects, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(memory, "/release")
	if err != nil {
		return nil, err
	}
	return objects.AsYaml()
}

// withRunbooks makes full addresses of the runbooks that alerts name, once it is known where the
// docs are.
func (r release) withRunbooks(text []byte) []byte {
	if r.docs == "" {
		return text
	}
	return bytes.ReplaceAll(text, []byte("runbook_url: docs/"), []byte("runbook_url: "+strings.TrimSuffix(r.docs, "/")+"/"))
}
