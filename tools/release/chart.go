package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
)

// writeChart packs the chart as `helm package --version --app-version` does, which writes the
// time into the archive.
func (r release) writeChart() error {
	folder := filepath.Join(r.root, "deploy", "chart", "corewarden")
	if !isThere(folder) {
		fmt.Fprintln(r.out, "deploy/chart is not there: left out")
		return nil
	}
	version := strings.TrimPrefix(r.version, "v")
	packed, err := r.pack(folder, "corewarden/", func(name string, text []byte) ([]byte, error) {
		var err error
		switch name {
		case "Chart.yaml":
			if text, err = r.versioned(text, version); err != nil {
				return nil, err
			}
			fallthrough
		case "values.yaml":
			text = bytes.ReplaceAll(text, []byte("corewarden/webhook"), []byte(r.image))
		case "files/rules.yaml":
			text = r.withRunbooks(text)
		}
		return text, nil
	})
	if err != nil {
		return fmt.Errorf("chart: %w", err)
	}
	return r.write("corewarden-"+version+".tgz", packed)
}

// versioned sets the versions in Chart.yaml: the chart's, and that of the image, its tag.
func (r release) versioned(text []byte, version string) ([]byte, error) {
	for key, value := range map[string]string{"version": version, "appVersion": r.tag()} {
		line := regexp.MustCompile(`(?m)^` + key + `: .*$`)
		if found := len(line.FindAll(text, -1)); found != 1 {
			return nil, fmt.Errorf("Chart.yaml has %d lines %q, want one", found, key)
		}
		text = line.ReplaceAll(text, []byte(key+`: "`+value+`"`))
	}
	return text, nil
}
