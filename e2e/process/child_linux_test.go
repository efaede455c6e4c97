package process

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// parentDir, in the environment, makes TestChildEndsWithItsParent play the parent.
const parentDir = "PROCESS_TEST_PARENT_DIR"

// TestChildEndsWithItsParent kills a process whose children ignore SIGTERM, however it has
// started them.
func TestChildEndsWithItsParent(t *testing.T) {
	if dir := os.Getenv(parentDir); dir != "" {
		playParent(t, dir)
		return
	}
	t.Parallel()
	dir := t.TempDir()

	// The children hold the writing end; reading ends when the last of them does.
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
		t.Fatalf("the parent said %q (error %v), want that its children have started", line, err)
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
		t.Fatalf("a child outlived its parent: %v", err)
	}
}

func playParent(t *testing.T, dir string) {
	const script = "trap '' TERM; exec 3>fifo; touch ready; exec sleep 600"
	if err := newShell(dir, script).Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	ready := filepath.Join(dir, "ready")
	if err := os.Remove(ready); err != nil {
		t.Fatal(err)
	}
	shell := exec.Command("/bin/sh", "-c", script)
	shell.Dir = dir
	thread := make(chan func())
	go func() {
		runtime.LockOSThread()
		for f := range thread {
			f()
		}
	}()
	_, err := StartOn(shell, func(f func()) {
		done := make(chan struct{})
		thread <- func() { defer close(done); f() }
		<-done
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := os.Stat(ready); err != nil; _, err = os.Stat(ready) {
		time.Sleep(readyPoll)
	}
	os.Stdout.WriteString("started\n")
	select {} // until killed
}
