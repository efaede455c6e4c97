package controlplane

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// parentDir, in the environment, makes TestChildEndsWithItsParent play the parent.
const parentDir = "CONTROLPLANE_TEST_PARENT_DIR"

func TestChildEndsWithItsParent(t *testing.T) {
	if dir := os.Getenv(parentDir); dir != "" {
		playParent(t, dir)
		return
	}
	t.Parallel()
	dir := t.TempDir()

	// The child holds the writing end; reading ends when the child does.
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	reader, err := os.OpenFile(fifo, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()

	parent := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	parent.Env = append(os.Environ(), parentDir+"="+dir)
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "started\n" {
		t.Fatalf("the parent said %q (error %v), want that its child has started", line, err)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := parent.Wait(); err == nil {
		t.Fatal("the parent was not killed")
	}
	if err := reader.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(reader); err != nil {
		t.Fatalf("the child outlived its parent: %v", err)
	}
}

func playParent(t *testing.T, dir string) {
	p := newShell(dir, "exec 3>fifo; touch ready; exec sleep 600")
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	os.Stdout.WriteString("started\n")
	select {} // until killed
}
