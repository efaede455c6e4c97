package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime/coverage"
)

// work runs a function and returns how many blocks of code ran in it.
func work(f func()) (int64, error) {
	if err := coverage.ClearCounters(); err != nil {
		return 0, fmt.Errorf("build with -cover -covermode=atomic: %w", err)
	}
	f()
	var counters bytes.Buffer
	if err := coverage.WriteCounters(&counters); err != nil {
		return 0, fmt.Errorf("read the counters: %w", err)
	}
	return sum(counters.Bytes())
}

// The layout of a file of counters: see internal/coverage of Go.
const (
	fileHeader = 4 + 4 + 16 + 1 + 1 + 6 // magic, version, hash, flavor, order, padding
	flavorAt   = 4 + 4 + 16
	uleb128    = 2 // the flavor
)

// sum adds up all counters of a file with one segment.
func sum(file []byte) (int64, error) {
	if len(file) < fileHeader+16 || file[flavorAt] != uleb128 {
		return 0, errors.New("read the counters: this Go writes them in a layout that is not known")
	}
	segment := file[fileHeader:]
	functions := binary.LittleEndian.Uint64(segment)
	texts := int(binary.LittleEndian.Uint32(segment[8:])) + int(binary.LittleEndian.Uint32(segment[12:]))
	in := bytes.NewReader(file[(fileHeader+16+texts+3)&^3:])
	var total int64
	for range functions {
		counters, err := binary.ReadUvarint(in)
		if err != nil {
			return 0, fmt.Errorf("read the counters: %w", err)
		}
		for i := range counters + 2 { // behind the numbers of the package and the function
			n, err := binary.ReadUvarint(in)
			if err != nil {
				return 0, fmt.Errorf("read the counters: %w", err)
			}
			if i >= 2 {
				total += int64(n)
			}
		}
	}
	return total, nil
}
