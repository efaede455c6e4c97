package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const imageArchive = "webhook-image.tar"

// writeImage packs the webhook's binaries into an image, by tools/image.
func (r release) writeImage(ctx context.Context, built binaries) (archive string, err error) {
	archive = filepath.Join(r.output, imageArchive)
	args := []string{
		"run", ".", "-ref", r.image + ":" + r.tag(), "-o", archive,
		"-user", "65532:65532", "-entrypoint", "/webhook",
		"-label", "org.opencontainers.image.title=corewarden",
		"-label", "org.opencontainers.image.description=Guards the DNS of a Kubernetes cluster against its own configuration",
		"-label", "org.opencontainers.image.licenses=Apache-2.0",
		"-label", "org.opencontainers.image.version=" + r.tag(),
		"-label", "org.opencontainers.image.revision=" + r.source.revision,
		"-label", "org.opencontainers.image.created=" + r.source.time.Format("2006-01-02T15:04:05Z"),
	}
	for _, b := range built {
		args = append(args, "-platform", b.platform.String()+"="+b.path)
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = filepath.Join(r.root, "tools", "image")
	cmd.Env = append(os.Environ(), fmt.Sprintf("SOURCE_DATE_EPOCH=%d", r.source.time.Unix()))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("image: %w\n%s", err, stderr.String())
	}
	fmt.Fprintf(r.out, "%s: %s", imageArchive, out)
	return archive, nil
}
