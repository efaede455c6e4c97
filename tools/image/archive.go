package main

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// archive returns the OCI image layout as a tar, and the digest of the index in it, under which
// a registry has the image once it is pushed.
func (r recipe) archive() (content []byte, digest string, err error) {
	index, err := r.index()
	if err != nil {
		return nil, "", err
	}
	hash, err := index.Digest()
	if err != nil {
		return nil, "", err
	}
	folder, err := os.MkdirTemp("", "image")
	if err != nil {
		return nil, "", err
	}
	defer os.RemoveAll(folder)
	written, err := layout.Write(folder, empty.Index)
	if err != nil {
		return nil, "", err
	}
	// containerd takes the name from the second, other programs from the first.
	err = written.AppendIndex(index, layout.WithAnnotations(map[string]string{
		"org.opencontainers.image.ref.name": imageName(r.ref),
		"io.containerd.image.name":          imageName(r.ref),
	}))
	if err != nil {
		return nil, "", err
	}
	content, err = pack(os.DirFS(folder))
	return content, hash.String(), err
}

// index returns the images of all platforms.
func (r recipe) index() (v1.ImageIndex, error) {
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, p := range r.platforms {
		image, err := r.image(p)
		if err != nil {
			return nil, fmt.Errorf("%s/%s: %w", p.os, p.arch, err)
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add:        image,
			Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: p.os, Architecture: p.arch}},
		})
	}
	return index, nil
}

// image returns the image of one platform.
func (r recipe) image(p platform) (v1.Image, error) {
	layer, err := r.layer(p)
	if err != nil {
		return nil, err
	}
	base := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	base, err = mutate.ConfigFile(base, &v1.ConfigFile{
		OS:           p.os,
		Architecture: p.arch,
		Created:      v1.Time{Time: r.created},
		RootFS:       v1.RootFS{Type: "layers"},
		Config: v1.Config{
			Entrypoint: []string{path.Clean(r.entrypoint)},
			User:       r.user,
			WorkingDir: "/",
			Labels:     r.labels,
		},
	})
	if err != nil {
		return nil, err
	}
	return mutate.Append(base, mutate.Addendum{
		Layer:   layer,
		History: v1.History{Created: v1.Time{Time: r.created}, CreatedBy: "corewarden/tools/image"},
	})
}

// pack returns the files in a tar, sorted, so that it is the same each time.
func pack(files fs.FS) ([]byte, error) {
	var content bytes.Buffer
	w := tar.NewWriter(&content)
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		blob, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		header := tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: int64(len(blob))}
		if err := w.WriteHeader(&header); err != nil {
			return err
		}
		_, err = w.Write(blob)
		return err
	})
	return content.Bytes(), errors.Join(err, w.Close())
}
