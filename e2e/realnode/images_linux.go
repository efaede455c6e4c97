package realnode

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"corewarden/e2e/controlplane"
	"corewarden/e2e/parts"
)

// CorewardenImage is the image of Corewarden that every node has, name and tag.
const (
	CorewardenImage = "registry.example/corewarden"
	CorewardenTag   = "v0.0.0"
)

// imageEnv names the archive of a Corewarden image that was built before, by make image with
// this name and tag. Without it the image is built from the repository, for this platform
// alone.
const imageEnv = "COREWARDEN_IMAGE"

const pauseImage = "registry.k8s.io/pause:e2e"

// An image is what one is made of: a binary, which is a part or a command of the repository,
// and what is around it.
type image struct {
	name, ref, user string
	part            parts.Part
	command         string
	capability      string
	iptables        bool // has it, as the machine does
}

// Images returns the names of the images that every node has: those that the manifests of
// DNS name, pause, and Corewarden's own.
func Images() []string {
	var names []string
	for _, image := range images {
		names = append(names, image.ref)
	}
	return names
}

var images = []image{
	{name: "pause", ref: pauseImage, user: "65535:65535", command: "./e2e/realnode/pause"},
	// As the published image: not root, and allowed to listen on port 53.
	{name: "coredns", ref: "registry.k8s.io/coredns/coredns:v1.15.0", user: "65532:65532", part: parts.CoreDNS1150, capability: "net_bind_service"},
	{name: "node-cache", ref: "registry.k8s.io/dns/k8s-dns-node-cache:1.26.7", user: "0:0", part: parts.NodeCacheStandIn, iptables: true},
	{name: "webhook", ref: CorewardenImage + ":" + CorewardenTag, user: "65532:65532", command: "./cmd/webhook"},
}

// prepare builds the parts and images that are missing, and puts the images into the folder
// of this run.
func prepare(ctx context.Context, dir string) error {
	wanted := append(nodeParts(), controlplane.Options{Address: nodeAddress(1)}.Parts()...)
	for _, image := range images {
		if image.part != "" {
			wanted = append(wanted, image.part)
		}
	}
	binaries, err := parts.Build(ctx, os.Stderr, wanted...)
	if err != nil {
		return err
	}
	for _, sub := range []string{"images", "bin"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
			return err
		}
	}
	for _, image := range images {
		archive := filepath.Join(dir, "images", image.name+".tar")
		switch built := os.Getenv(imageEnv); {
		case image.part != "":
			err = image.link(ctx, binaries[image.part], archive)
		case image.name == "webhook" && built != "":
			err = os.Symlink(built, archive)
		default:
			err = image.build(ctx, filepath.Join(dir, "bin", image.name), archive)
		}
		if err != nil {
			return fmt.Errorf("image %s: %w", image.name, err)
		}
	}
	return nil
}

// build compiles the image's command and packs it.
func (i image) build(ctx context.Context, binary, archive string) error {
	err := goRun(ctx, "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", binary, i.command)
	if err != nil {
		return err
	}
	return i.pack(ctx, binary, archive)
}

// link links to the archive of a part's image. It is large and seldom changes, so it is kept,
// under a name that changes with everything that it is made of.
func (i image) link(ctx context.Context, binary, archive string) error {
	key, err := i.key(binary)
	if err != nil {
		return err
	}
	cache := filepath.Join(repository(), ".cache", "images")
	kept := filepath.Join(cache, i.name+"-"+key+".tar")
	if _, err := os.Stat(kept); err == nil {
		return os.Symlink(kept, archive)
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return err
	}
	unfinished := fmt.Sprintf("%s.%d", kept, os.Getpid())
	defer os.Remove(unfinished)
	if err := i.pack(ctx, binary, unfinished); err != nil {
		return err
	}
	if err := os.Rename(unfinished, kept); err != nil {
		return err
	}
	return os.Symlink(kept, archive)
}

func (i image) pack(ctx context.Context, binary, archive string) error {
	args := []string{
		"run", "-C", "tools/image", ".", "-o", archive, "-ref", i.ref, "-user", i.user, "-entrypoint", "/" + i.name,
		"-platform", "linux/" + runtime.GOARCH + "=" + binary,
	}
	if i.capability != "" {
		args = append(args, "-capability", i.capability)
	}
	if i.iptables {
		files, err := iptablesFiles(ctx)
		if err != nil {
			return err
		}
		args = append(args, files...)
	}
	return goRun(ctx, args...)
}

// key is a hash of the image's description, its binary and the program that packs it.
func (i image) key(binary string) (string, error) {
	sum := sha256.New()
	fmt.Fprintf(sum, "%+v\n", i)
	packer, err := filepath.Glob(filepath.Join(repository(), "tools", "image", "*.go"))
	if err != nil {
		return "", err
	}
	for _, path := range append(packer, binary) {
		if err := addFile(sum, path); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil))[:12], nil
}

func addFile(sum hash.Hash, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(sum, file)
	return err
}

// goRun runs the go command in the repository, without a C compiler.
func goRun(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = repository()
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w\n%s", args[0], err, out)
	}
	return nil
}

// repository returns the root of the repository, from where this file was compiled.
func repository() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(filepath.Dir(filepath.Dir(file)))
}
