package dnsserver

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"strings"
	"time"

	"corewarden/e2e/netns"
	"corewarden/e2e/process"
)

// batchLimit is how long a server of a batch may take. One that waits for something is better
// started by itself.
const batchLimit = 5 * time.Second

// A Batch starts servers one after the other in one process, of parts.Part.Batch. That takes a
// small part of the time that Start needs, but it is the same code only from the Corefile on. It
// is for one goroutine.
type Batch struct {
	binary    string
	processes map[string]*batchProcess // by the interfaces of their networks
}

// A batchProcess is a running process of a batch.
type batchProcess struct {
	network        *netns.Network
	child          *process.Child
	configurations *os.File // to write to
	results        *os.File // to read from
	answers        *json.Decoder
}

// A batchResult is package batch's Result.
type batchResult struct {
	Started bool
	Refusal string
	Ends    bool
}

// NewBatch returns a batch that runs a binary.
func NewBatch(binary string) *Batch {
	return &Batch{binary: binary, processes: map[string]*batchProcess{}}
}

// Check starts a server on a configuration and ends it again. It returns nil or a *Refusal like
// the function Check. It reports false where the server has to be asked by itself: it takes
// long, panics, or got further than its plugins' setup without starting.
func (b *Batch) Check(conf Configuration) (known bool, err error) {
	dir, err := conf.layOut()
	if err != nil {
		return false, err
	}
	key := strings.Join(conf.Interfaces, " ")
	defer func() {
		if os.RemoveAll(dir) != nil { // something of the server still writes there
			b.end(key)
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	p := b.processes[key]
	if p == nil {
		b.makeRoom(key)
		if p, err = b.start(conf.Interfaces); err != nil {
			return false, err
		}
		b.processes[key] = p
	}
	result, err := p.ask(dir, environment(conf.Env, dir))
	if err != nil || result.Ends {
		b.end(key)
	}
	switch {
	case err != nil: // it has ended, or is late
		return false, nil
	case result.Started:
		return true, nil
	case result.Refusal != "":
		return true, &Refusal{ExitCode: 1, Text: strings.ReplaceAll(strings.TrimSpace(result.Refusal), dir, podDir)}
	}
	return false, nil
}

// end ends a process, if it runs.
func (b *Batch) end(key string) {
	if p := b.processes[key]; p != nil {
		delete(b.processes, key)
		p.stop()
	}
}

// makeRoom ends a process before one in a network with other interfaces: there may be as many of
// these as there are names. The one without interfaces, which most configurations need, stays.
func (b *Batch) makeRoom(key string) {
	for other := range b.processes {
		if key != "" && other != "" {
			b.end(other)
		}
	}
}

// Stop ends the processes.
func (b *Batch) Stop() {
	for _, p := range b.processes {
		p.stop()
	}
	b.processes = nil
}

func (b *Batch) start(interfaces []string) (*batchProcess, error) {
	network, err := NewNetwork(interfaces...)
	if err != nil {
		return nil, err
	}
	p := &batchProcess{network: network}
	stdin, configurations, err := os.Pipe()
	if err != nil {
		network.Leave()
		return nil, err
	}
	defer stdin.Close()
	results, file3, err := os.Pipe()
	if err != nil {
		network.Leave()
		return nil, errors.Join(err, configurations.Close())
	}
	defer file3.Close()
	p.configurations, p.results, p.answers = configurations, results, json.NewDecoder(results)
	cmd := exec.Command(b.binary)
	cmd.Env = []string{"GOGC=400", "GOMAXPROCS=1"} // servers are started on all processors already
	cmd.Stdin, cmd.ExtraFiles = stdin, []*os.File{file3}
	if p.child, err = process.StartOn(cmd, network.Do); err != nil {
		network.Leave()
		return nil, errors.Join(err, configurations.Close(), results.Close())
	}
	return p, nil
}

func (p *batchProcess) ask(dir string, env map[string]string) (batchResult, error) {
	var result batchResult
	exact := make(map[string][]byte, len(env)) // a text in JSON is UTF-8
	for name, value := range env {
		exact[name] = []byte(value)
	}
	if err := p.results.SetReadDeadline(time.Now().Add(batchLimit)); err != nil {
		return result, err
	}
	err := json.NewEncoder(p.configurations).Encode(struct {
		Dir string
		Env map[string][]byte
	}{dir, exact})
	if err != nil {
		return result, err
	}
	return result, p.answers.Decode(&result)
}

// stop ends the process. What it says on that is of no use.
func (p *batchProcess) stop() {
	_ = p.child.Kill()
	_ = p.configurations.Close()
	_ = p.results.Close()
	p.network.Leave()
}
