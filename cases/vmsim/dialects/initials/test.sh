gcc -o vm vm.c
./vm -f BACKING_STORE.bin addresses.txt 256 > out.txt
