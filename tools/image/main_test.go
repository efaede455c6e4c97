package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

func TestTheArchiveIsAValidLayout(t *testing.T) {
	t.Parallel()
	archive := makeImage(t, "-ref", "corewarden/webhook:dev", "-platform", "linux/amd64="+write(t, "for amd64"), "-platform", "linux/arm64="+write(t, "for arm64"))
	outer := unpack(t, archive)
	manifest := manifestOf(t, outer)
	if err := validate.Index(outer); err != nil {
		t.Error(err)
	}
	if manifest.MediaType != types.OCIImageIndex || len(manifest.Manifests) != 1 {
		t.Fatalf("index.json is %+v, want an OCI index with one entry", manifest)
	}
	entry := manifest.Manifests[0]
	for _, key := range []string{"org.opencontainers.image.ref.name", "io.containerd.image.name"} {
		if got, want := entry.Annotations[key], "docker.io/corewarden/webhook:dev"; got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	inner, err := outer.ImageIndex(entry.Digest)
	if err != nil {
		t.Fatal(err)
	}
	var platforms []string
	for _, image := range manifestOf(t, inner).Manifests {
		platforms = append(platforms, image.Platform.String())
		if image.MediaType != types.OCIManifestSchema1 {
			t.Errorf("media type %s", image.MediaType)
		}
		if got, want := layerFiles(t, imageOf(t, inner, image.Digest))["webhook"], "for "+image.Platform.Architecture; got.content != want {
			t.Errorf("the binary for %s is %q, want %q", image.Platform, got.content, want)
		}
	}
	if want := []string{"linux/amd64", "linux/arm64"}; !slices.Equal(platforms, want) {
		t.Errorf("platforms %q, want %q", platforms, want)
	}
}

func TestTheImageRunsItsBinaryAsTheUser(t *testing.T) {
	t.Parallel()
	image := onlyImage(t, makeImage(t, "-ref", "x:1", "-platform", "linux/arm64="+write(t, ""), "-user", "1:2", "-entrypoint", "/bin/x", "-label", "a=b=c"))
	config, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(config.Architecture, config.OS, config.Config.User, config.Config.Entrypoint, config.Config.Labels, config.Created.Unix())
	if want := "arm64linux1:2[/bin/x]map[a:b=c]0"; strings.ReplaceAll(got, " ", "") != want {
		t.Errorf("config %s, want %s", got, want)
	}
}

func TestFilesAreRootsAndReadOnly(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, mode := range map[string]os.FileMode{"data": 0o600, "tool": 0o700, "sub/deep": 0o644} {
		path := filepath.Join(folder, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(name), mode)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Symlink("tool", filepath.Join(folder, "link")), os.Mkdir(filepath.Join(folder, "empty"), 0o700)); err != nil {
		t.Fatal(err)
	}
	files := layerFiles(t, onlyImage(t, makeImage(t, "-ref", "x:1", "-platform", "linux/amd64="+write(t, "binary"), "-entrypoint", "/bin/x", "-file", folder+"=/opt")))
	var got []string
	for name, f := range files {
		got = append(got, fmt.Sprintf("%s %o %s", name, f.Mode, f.content))
		if f.Uid != 0 || f.Gid != 0 || !f.ModTime.Equal(time.Unix(0, 0)) {
			t.Errorf("%s belongs to %d:%d and is of %s", name, f.Uid, f.Gid, f.ModTime)
		}
	}
	slices.Sort(got)
	want := []string{
		"bin/ 755 ", "bin/x 555 binary", "opt/ 755 ", "opt/data 444 data", "opt/empty/ 755 ", "opt/link 555 tool",
		"opt/sub/ 755 ", "opt/sub/deep 444 sub/deep", "opt/tool 555 tool",
	}
	if !slices.Equal(got, want) {
		t.Errorf("files\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTheSameInputMakesTheSameBytes(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	args := []string{"-ref", "x:1", "-label", "a=1", "-label", "b=2", "-label", "c=3", "-platform", "linux/amd64=" + filepath.Join(folder, "x")}
	var archives [2][]byte
	for i := range archives {
		path := filepath.Join(folder, "x")
		modified := time.Unix(int64(1_000_000*i), 0)
		err := errors.Join(os.RemoveAll(path), os.WriteFile(path, []byte("binary"), 0o600+os.FileMode(i)), os.Chtimes(path, modified, modified))
		if err != nil {
			t.Fatal(err)
		}
		archives[i] = makeImage(t, args...)
	}
	if !bytes.Equal(archives[0], archives[1]) {
		t.Error("the bytes differ")
	}
}

func TestTheImageIsAsOldAsItsSource(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	image := onlyImage(t, makeImage(t, "-ref", "x:1", "-platform", "linux/amd64="+write(t, "")))
	config, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if config.Created.Unix() != 1700000000 || config.History[0].Created.Unix() != 1700000000 {
		t.Errorf("created %s", config.Created)
	}
}

func TestTheBinaryGetsACapability(t *testing.T) {
	t.Parallel()
	files := layerFiles(t, onlyImage(t, makeImage(t, "-ref", "x:1", "-platform", "linux/amd64="+write(t, ""), "-capability", "net_bind_service")))
	if got := files["webhook"].PAXRecords["SCHILY.xattr.security.capability"]; len(got) != 20 {
		t.Errorf("capability %q", got)
	}
}

func TestNamesAreThoseThatAKubeletAsksFor(t *testing.T) {
	t.Parallel()
	for ref, want := range map[string]string{
		"pause:1":                    "docker.io/library/pause:1",
		"corewarden/webhook:dev":     "docker.io/corewarden/webhook:dev",
		"localhost/x:1":              "localhost/x:1",
		"registry.k8s.io/pause:3.10": "registry.k8s.io/pause:3.10",
		"registry:5000/a/b:c":        "registry:5000/a/b:c",
	} {
		if got := imageName(ref); got != want {
			t.Errorf("%s is %s, want %s", ref, got, want)
		}
	}
}

func TestWrongArgumentsAreNamed(t *testing.T) {
	t.Parallel()
	binary := write(t, "")
	good := []string{"-ref", "x:1", "-o", filepath.Join(t.TempDir(), "x.tar"), "-platform", "linux/amd64=" + binary}
	for _, test := range []struct {
		args []string
		want string
	}{
		{nil, "-ref, -o and at least one -platform are required"},
		{append(good, "more"), `unexpected argument "more"`},
		{append(good, "-platform", "linux="+binary), "write os/arch=binary"},
		{append(good, "-platform", "linux/arm64=missing"), "linux/arm64: open missing"},
		{append(good, "-label", "x"), "write key=value"},
		{append(good, "-file", "x=relative"), "write source=/target"},
		{append(good, "-file", binary+"=/webhook"), "/webhook is in the image twice"},
		{append(good, "-capability", "sys_admin"), `-capability: "sys_admin" is not known`},
	} {
		if err := run(test.args, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: error %v, want %q", test.args, err, test.want)
		}
	}
}

// makeImage runs the command and returns what it wrote.
func makeImage(t *testing.T, args ...string) []byte {
	t.Helper()
	output := filepath.Join(t.TempDir(), "image.tar")
	if err := run(append([]string{"-o", output}, args...), io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	archive, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}
	return archive
}

// write returns the path of a new file.
func write(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
