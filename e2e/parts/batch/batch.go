// Package batch starts the CoreDNS that is linked with it on one configuration after another,
// in one process: most of the time of a start goes into the process and its packages.
//
// Configurations come as lines of JSON on the standard input, and results go to file 3. One
// configuration must not change what the next one does, so the process ends after one that
// left something behind, and it gives no verdict where something before could have changed it.
// The caller then starts the server itself.
package batch

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/coredns/caddy"
)

// A Configuration is what the server is started on.
type Configuration struct {
	Dir string            // has the Corefile, and is the working directory
	Env map[string][]byte // all environment variables
}

// A Result is what became of a configuration.
type Result struct {
	Started bool
	Refusal string // the error of a plugin's setup, or of what comes before
	Ends    bool   // the process takes no other configuration
}

const (
	// serverType is CoreDNS's name for itself.
	serverType = "dns"
	// stopLimit is how long a server may take to stop. Some wait on purpose.
	stopLimit = 200 * time.Millisecond
	// maxStarted is how many servers a process has started at most: their goroutines may go on.
	maxStarted = 100
)

// Run starts servers until the standard input ends.
func Run() {
	if err := run(os.Stdin, os.NewFile(3, "results")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(configurations io.Reader, results io.Writer) error {
	directives := caddy.ValidDirectives(serverType)
	isSetUp := false
	caddy.RegisterParsingCallback(serverType, directives[len(directives)-1], func(caddy.Context) error {
		isSetUp = true
		return nil
	})
	in, out := json.NewDecoder(configurations), json.NewEncoder(results)
	for started := 0; ; {
		var c Configuration
		if err := in.Decode(&c); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		isSetUp = false
		instance, err := start(c)
		var r Result
		switch {
		case err == nil:
			started++
			r.Started = true
			r.Ends = !stop(instance) || started == maxStarted
		case isSetUp: // what had been set up by then still runs, and may listen
			r.Ends = true
		default:
			r.Refusal = err.Error()
		}
		if err := out.Encode(r); err != nil || r.Ends {
			return err
		}
	}
}

func start(c Configuration) (*caddy.Instance, error) {
	if err := os.Chdir(c.Dir); err != nil {
		return nil, err
	}
	os.Clearenv()
	for name, value := range c.Env {
		if err := os.Setenv(name, string(value)); err != nil {
			return nil, err
		}
	}
	path := filepath.Join(c.Dir, "Corefile")
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return caddy.Start(caddy.CaddyfileInput{Contents: text, Filepath: path, ServerTypeName: serverType})
}

// stop reports whether it has ended all that listened.
func stop(instance *caddy.Instance) bool {
	stopped := make(chan bool, 1)
	go func() {
		for range 2 * len(instance.Servers()) {
			runtime.Gosched() // one that does not serve yet would not stop
		}
		failed := instance.ShutdownCallbacks()
		err := instance.Stop()
		stopped <- len(failed) == 0 && err == nil
	}()
	select {
	case ok := <-stopped:
		return ok && !listening()
	case <-time.After(stopLimit):
		return false
	}
}
