module example.com/mockflink

go 1.19
