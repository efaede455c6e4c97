package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// fileCapabilities are the values of the extended attribute security.capability: struct
// vfs_cap_data of the kernel, revision 2, with the effective bit and one capability permitted.
// A container that drops this capability cannot start the binary.
var fileCapabilities = map[string]string{
	"net_bind_service": "\x01\x00\x00\x02" + "\x00\x04\x00\x00" + strings.Repeat("\x00", 12),
}

// layer returns the image's only layer, with the platform's binary and the other files.
func (r recipe) layer(p platform) (v1.Layer, error) {
	var zipped bytes.Buffer
	compressed := gzip.NewWriter(&zipped)
	w := layerWriter{tar: tar.NewWriter(compressed), has: map[string]bool{"/": true}}
	capability, known := fileCapabilities[r.capability]
	if r.capability != "" && !known {
		return nil, fmt.Errorf("-capability: %q is not known; only net_bind_service is", r.capability)
	}
	if err := w.file(p.binary, path.Clean(r.entrypoint), 0o555, capability); err != nil {
		return nil, err
	}
	for _, f := range r.files {
		if err := w.copy(f.source, path.Clean(f.target)); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(w.tar.Close(), compressed.Close()); err != nil {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(zipped.Bytes())), nil }
	return tarball.LayerFromOpener(open, tarball.WithMediaType(types.OCILayer))
}

// A layerWriter writes the tar of a layer: root owns every file, and it is of 1970.
type layerWriter struct {
	tar *tar.Writer
	has map[string]bool // by path in the image
}

// copy adds a file, or a folder with all that is in it. Links are followed.
func (w layerWriter) copy(source, target string) error {
	info, err := os.Stat(source)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		mode := int64(0o444)
		if info.Mode()&0o111 != 0 {
			mode = 0o555
		}
		return w.file(source, target, mode, "")
	}
	if err := w.folder(target); err != nil {
		return err
	}
	entries, err := os.ReadDir(source)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := w.copy(filepath.Join(source, entry.Name()), path.Join(target, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

func (w layerWriter) file(source, target string, mode int64, capability string) error {
	if w.has[target] {
		return fmt.Errorf("%s is in the image twice", target)
	}
	if err := w.folder(path.Dir(target)); err != nil {
		return err
	}
	w.has[target] = true
	content, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	header := tar.Header{Typeflag: tar.TypeReg, Name: inTar(target), Mode: mode, Size: int64(len(content))}
	if capability != "" {
		header.PAXRecords = map[string]string{"SCHILY.xattr.security.capability": capability}
	}
	if err := w.tar.WriteHeader(&header); err != nil {
		return err
	}
	_, err = w.tar.Write(content)
	return err
}

// folder adds a folder, after those that it is in.
func (w layerWriter) folder(target string) error {
	if w.has[target] {
		return nil
	}
	if err := w.folder(path.Dir(target)); err != nil {
		return err
	}
	w.has[target] = true
	return w.tar.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: inTar(target) + "/", Mode: 0o755})
}

func inTar(target string) string { return strings.TrimPrefix(target, "/") }
