package main

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// unpack reads an archive as others do: as a folder.
func unpack(t *testing.T, archive []byte) v1.ImageIndex {
	t.Helper()
	folder := t.TempDir()
	for r := tar.NewReader(bytes.NewReader(archive)); ; {
		header, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		path := filepath.Join(folder, header.Name)
		if err := errors.Join(err, os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, content, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	index, err := layout.ImageIndexFromPath(folder)
	if err != nil {
		t.Fatal(err)
	}
	return index
}

// onlyImage returns the image of an archive that has one platform.
func onlyImage(t *testing.T, archive []byte) v1.Image {
	t.Helper()
	outer := unpack(t, archive)
	inner, err := outer.ImageIndex(manifestOf(t, outer).Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	return imageOf(t, inner, manifestOf(t, inner).Manifests[0].Digest)
}

func manifestOf(t *testing.T, index v1.ImageIndex) *v1.IndexManifest {
	t.Helper()
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	return manifest
}

func imageOf(t *testing.T, index v1.ImageIndex, digest v1.Hash) v1.Image {
	t.Helper()
	image, err := index.Image(digest)
	if err != nil {
		t.Fatal(err)
	}
	return image
}

type layerFile struct {
	*tar.Header
	content string
}

// layerFiles returns what is in the image's only layer, by path.
func layerFiles(t *testing.T, image v1.Image) map[string]layerFile {
	t.Helper()
	layers, err := image.Layers()
	if err != nil || len(layers) != 1 {
		t.Fatalf("%d layers, %v", len(layers), err)
	}
	uncompressed, err := layers[0].Uncompressed()
	if err != nil {
		t.Fatal(err)
	}
	defer uncompressed.Close()
	files := make(map[string]layerFile)
	for r := tar.NewReader(uncompressed); ; {
		header, err := r.Next()
		if err == io.EOF {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[header.Name] = layerFile{header, string(content)}
	}
}
