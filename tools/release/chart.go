package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io/fs"
	"os"
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
	chart := os.DirFS(folder)
	version := strings.TrimPrefix(r.version, "v")
	var packed bytes.Buffer
	zipped := gzip.NewWriter(&packed)
	w := tar.NewWriter(zipped)
	err := fs.WalkDir(chart, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(chart, name)
		if err != nil {
			return err
		}
		switch name {
		case "Chart.yaml":
			if text, err = r.versioned(text, version); err != nil {
				return err
			}
			fallthrough
		case "values.yaml":
			text = bytes.ReplaceAll(text, []byte("corewarden/webhook"), []byte(r.image))
		}
		header := tar.Header{Typeflag: tar.TypeReg, Name: "corewarden/" + name, Mode: 0o644, Size: int64(len(text)), ModTime: r.source.time}
		if err := w.WriteHeader(&header); err != nil {
			return err
		}
		_, err = w.Write(text)
		return err
	})
	if err := errors.Join(err, w.Close(), zipped.Close()); err != nil {
		return fmt.Errorf("chart: %w", err)
	}
	return r.write("corewarden-"+version+".tgz", packed.Bytes())
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
