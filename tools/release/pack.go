package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"os"
)

// pack returns a folder as an archive whose bytes depend on nothing but the files, after edit
// has changed them, and the commit's time.
func (r release) pack(folder, prefix string, edit func(name string, text []byte) ([]byte, error)) ([]byte, error) {
	files := os.DirFS(folder)
	var packed bytes.Buffer
	zipped := gzip.NewWriter(&packed)
	w := tar.NewWriter(zipped)
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		if text, err = edit(name, text); err != nil {
			return err
		}
		header := tar.Header{Typeflag: tar.TypeReg, Name: prefix + name, Mode: 0o644, Size: int64(len(text)), ModTime: r.source.time}
		if err := w.WriteHeader(&header); err != nil {
			return err
		}
		_, err = w.Write(text)
		return err
	})
	err = errors.Join(err, w.Close(), zipped.Close())
	return packed.Bytes(), err
}
